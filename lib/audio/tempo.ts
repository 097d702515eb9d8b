import { type Audio, duration } from "./audio";
import { peakOffset } from "./peak";
import { logMel } from "./spectrum";

/** A tempo estimate. */
export interface Tempo {
  /** Beats a minute. */
  bpm: number;
  /** How regular the onsets are at that period: their autocorrelation there, 1 a perfect loop, about 0 none. */
  strength: number;
}

/** The shortest clip with a tempo, seconds: two beats of 60 a minute. */
export const shortestTempo = 2;
const LIKELIEST = 120;

/**
 * Tempo by autocorrelation of onset strength (after Ellis 2007, "Beat tracking by dynamic programming"): rises of the
 * log-mel spectrum every 10 ms, their autocorrelation weighted by a log-normal around 120 beats a minute; the period
 * refined by a parabola. As with every such measure the octave is a convention: music counted at 60 may be given as 120.
 * @param range the slowest and the fastest tempo, beats a minute, and the width of the log-normal in octaves
 * @returns null when nothing starts, or the clip is shorter than `shortestTempo`
 */
export function estimateTempo(
  clip: Audio,
  { slowest = 60, fastest = 200, octaves = 0.9 } = {},
): Tempo | null {
  if (duration(clip) < shortestTempo) return null;
  const { strength, rate } = onsets(clip);
  const longest = Math.ceil((60 * rate) / slowest);
  const correlation = autocorrelation(strength, longest + 2);
  if (!(correlation[0] > 0)) return null;
  const weigh = (lag: number) =>
    Math.max(0, correlation[lag]) *
    Math.exp(-0.5 * (Math.log2((60 * rate) / lag / LIKELIEST) / octaves) ** 2);
  let best = Math.floor((60 * rate) / fastest);
  for (let lag = best + 1; lag <= longest; lag++) if (weigh(lag) > weigh(best)) best = lag;
  const [before, at, after] = [correlation[best - 1], correlation[best], correlation[best + 1]];
  return { bpm: (60 * rate) / (best + peakOffset(before, at, after)), strength: at / correlation[0] };
}

/**
 * How steady a clip's pulse is: the strongest autocorrelation of its onsets at any period between two lengths, 1 a perfect loop,
 * about 0 none; no likelier tempo is preferred.
 * @param range periods, seconds
 * @returns 0 when nothing starts
 * @throws RangeError when the clip is shorter than twice the longest period
 */
export function pulse(clip: Audio, { shortest = 0.24, longest = 1.2 } = {}): number {
  if (duration(clip) < 2 * longest)
    throw new RangeError(`pulse: expected at least ${2 * longest} s, found ${duration(clip).toFixed(2)} s`);
  const { strength, rate } = onsets(clip);
  const correlation = autocorrelation(strength, Math.floor(longest * rate) + 1);
  if (!(correlation[0] > 0)) return 0;
  return Math.max(...correlation.slice(Math.ceil(shortest * rate))) / correlation[0];
}

/** How much starts at each instant: mean rise over log-mel bands, its slow trend taken off. */
function onsets(clip: Audio): { strength: Float64Array; rate: number } {
  const hop = Math.round(clip.sampleRate / 100);
  const fft = 2 ** Math.round(Math.log2(clip.sampleRate / 16));
  const { data, frames, mels } = logMel(clip, { fft, hop, mels: 40 });
  const rise = new Float64Array(frames);
  for (let frame = 1; frame < frames; frame++) {
    for (let mel = 0; mel < mels; mel++)
      rise[frame] += Math.max(0, data[frame * mels + mel] - data[(frame - 1) * mels + mel]) / mels;
  }
  const mean = rise.reduce((sum, x) => sum + x, 0) / frames;
  return { strength: rise.map((x) => x - mean), rate: clip.sampleRate / hop };
}

/** Mean product of the series with itself `lag` later, for lags below `count`. */
function autocorrelation(series: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < series.length; i++) sum += series[i] * series[i - lag];
    return sum / (series.length - lag);
  });
}
