import { random } from "../math/random";
import { quantile } from "../math/statistics";
import type { RidgeFit } from "./probe";

/**
 * Explained variance and correlation of predictions, with 95 % intervals by drawing whole songs with replacement (clips of one
 * song are alike: drawing clips would make the intervals too narrow).
 * @param targets [clips]
 * @param songs of the clips
 * @returns a function of predictions [clips]; all calls share their draws
 */
export function songBootstrap(
  targets: Float64Array,
  songs: Int32Array,
  { resamples = 1000, seed = 0 }: { resamples?: number; seed?: number } = {},
): (predictions: Float64Array) => RidgeFit {
  const numbers = new Map([...new Set(songs)].map((song, number) => [song, number]));
  const song = songs.map((name) => numbers.get(name)!);
  const count = numbers.size;
  const uniform = random(seed);
  const draws = Array.from({ length: resamples }, () => {
    const times = new Float64Array(count);
    for (let i = 0; i < count; i++) times[Math.floor(uniform() * count)]++;
    return times;
  });
  const once = new Float64Array(count).fill(1);
  return (predictions) => {
    const sums = new Float64Array(6 * count); // a song each: n, sum t, sum t^2, sum p, sum p^2, sum t p
    targets.forEach((t, n) => {
      const p = predictions[n];
      const at = 6 * song[n];
      [1, t, t * t, p, p * p, t * p].forEach((term, k) => {
        sums[at + k] += term;
      });
    });
    const { r2, r } = fitOf(sums, once);
    const fits = draws.map((times) => fitOf(sums, times));
    return {
      r2,
      r2Interval: spread(fits.map((fit) => fit.r2)),
      r,
      rInterval: spread(fits.map((fit) => fit.r)),
    };
  };
}

/** 1 - squared error / variance, and Pearson's correlation (0 when either is constant), each song counted so many times. */
function fitOf(sums: Float64Array, times: Float64Array): { r2: number; r: number } {
  const total = new Float64Array(6);
  for (let s = 0; s < times.length; s++) {
    if (times[s] === 0) continue;
    for (let k = 0; k < 6; k++) total[k] += times[s] * sums[6 * s + k];
  }
  const [n, t, tt, p, pp, tp] = total;
  const varianceT = tt - (t * t) / n;
  const varianceP = pp - (p * p) / n;
  const both = tp - (t * p) / n;
  const r = varianceT > 1e-12 * tt && varianceP > 1e-12 * pp ? both / Math.sqrt(varianceT * varianceP) : 0;
  const r2 = varianceT > 1e-12 * tt ? 1 - (tt - 2 * tp + pp) / varianceT : 0;
  return { r2, r: Math.max(-1, Math.min(1, r)) };
}

function spread(values: number[]): [number, number] {
  const sorted = Float64Array.from(values).sort();
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}
