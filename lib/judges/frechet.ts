import { frechetTo, type Gaussian, gaussian, type Shrinkage } from "../math/gaussian";
import { permutation, random } from "../math/random";
import { mean, quantile, resampler } from "../math/statistics";
import type { EmbeddedClips } from "./embedding";

export interface FrechetOptions {
  /** Makes few clips enough for many dimensions, at the price of a bias; the same for both sets. Default 0: none. */
  shrinkage?: Shrinkage;
  /** Report FAD-infinity, extrapolated to endlessly many clips, instead of the distance at this number of clips. */
  extrapolate?: boolean;
  /** Bootstrap draws of whole clips; 0 leaves the interval out. */
  resamples?: number;
  level?: number;
  seed?: number;
}

/** A Frechet audio distance with all that it depends on. */
export interface FrechetDistance {
  value: number;
  /** Ends of the interval, null without bootstrap. */
  low: number | null;
  high: number | null;
  extrapolated: boolean;
  /** How well the extrapolation's line fits (r squared), null without. */
  fit: number | null;
  embedding: string;
  dimension: number;
  set: string;
  reference: string;
  clips: number;
  windows: number;
  referenceClips: number;
  referenceWindows: number;
  /** Share of each covariance that was shrunk: of the set and of the reference. */
  shrinkage: [set: number, reference: number];
  resamples: number;
  level: number;
  seed: number;
}

/** Sizes of subsets that the extrapolation's line goes through, and fewer in each bootstrap draw. */
const SIZES = 15;
const SIZES_A_DRAW = 5;

/**
 * Frechet audio distance (Kilgour et al. 2019, arXiv 1812.08466): that between normal distributions fitted to the
 * vectors of all windows of two sets. With few clips it comes out too large, by about a constant / clips; `extrapolate` removes
 * that as Gui et al. (2024, arXiv 2311.01616) do: distances of random subsets of several sizes (here of whole clips,
 * a quarter of them to all), a line through them over 1 / size, and its value at 0, which may be below zero.
 * The interval is the percentile bootstrap over whole clips of the set, moved to the value (a draw repeats clips, which
 * alone makes it larger); the reference counts as given, so intervals of two sets say whether they differ against it.
 * A reference WITH an instrument comes nearer by success alone: compare sets `atMatchedSuccess`, or use a reference of
 * the same line-ups.
 * @throws RangeError when the embeddings, dimensions or sample rates differ, or there are no more windows than dimensions and
 * no shrinkage
 */
export function frechetDistance(
  set: EmbeddedClips,
  reference: EmbeddedClips,
  options: FrechetOptions = {},
): FrechetDistance {
  const { shrinkage = 0, extrapolate = false, resamples = 200, level = 0.95, seed = 0 } = options;
  checkComparable(set, reference, shrinkage);
  const fixed = gaussian(reference.clips.flat(), shrinkage);
  const distance = frechetTo(fixed);
  const fit = (clips: Float32Array[][]): Gaussian => gaussian(clips.flat(), shrinkage);
  const own = fit(set.clips);
  const smallest = extrapolate ? smallestSubset(set, shrinkage) : 0;
  const limit = (clips: Float32Array[][], sizes: number, uniform: () => number) =>
    extrapolateLine(clips, sizes, smallest, uniform, (subset) => distance(fit(subset)));
  const line = extrapolate ? limit(set.clips, SIZES, random(seed)) : null;
  const value = line ? line.intercept : Math.max(0, distance(own));

  const uniform = random(seed + 1);
  const drawOf = resampler(set.clips.length);
  const draws = Array.from({ length: resamples }, () => {
    const drawn = drawOf(uniform).map((clip) => set.clips[clip]);
    return extrapolate ? limit(drawn, SIZES_A_DRAW, uniform).intercept : distance(fit(drawn));
  }).sort((a, b) => a - b);
  const centre = mean(draws);
  const end = (q: number) => (resamples ? value + quantile(draws, q) - centre : null);
  const low = end((1 - level) / 2);
  return {
    value,
    low: low === null || extrapolate ? low : Math.max(0, low),
    high: end((1 + level) / 2),
    extrapolated: extrapolate,
    fit: line ? line.fit : null,
    embedding: set.embedding,
    dimension: set.dimension,
    set: set.set,
    reference: reference.set,
    clips: set.clips.length,
    windows: set.clips.flat().length,
    referenceClips: reference.clips.length,
    referenceWindows: reference.clips.flat().length,
    shrinkage: [own.shrinkage, fixed.shrinkage],
    resamples,
    level,
    seed,
  };
}

/**
 * The distance of some of a set's clips, given by number, with repeats: what `matchTakes` resamples.
 * @throws RangeError as `frechetDistance`
 */
export function frechetOf(
  set: EmbeddedClips,
  reference: EmbeddedClips,
  { shrinkage = 0 }: { shrinkage?: Shrinkage } = {},
): (clips: ArrayLike<number>) => number {
  checkComparable(set, reference, shrinkage);
  const distance = frechetTo(gaussian(reference.clips.flat(), shrinkage));
  return (clips) => distance(gaussian(Array.from(clips, (i) => set.clips[i]).flat(), shrinkage));
}

function checkComparable(set: EmbeddedClips, reference: EmbeddedClips, shrinkage: Shrinkage): void {
  for (const key of ["embedding", "dimension", "sampleRate"] as const) {
    if (set[key] !== reference[key])
      throw new RangeError(
        `Frechet distance of ${set.set} to ${reference.set}: expected one ${key}, found ${set[key]} and ${reference[key]}`,
      );
  }
  for (const { set: name, clips, dimension } of [set, reference])
    checkCount(name, clips, dimension, shrinkage);
}

function checkCount(name: string, clips: Float32Array[][], dimension: number, shrinkage: Shrinkage): void {
  const windows = clips.flat().length;
  if (clips.length < 2) throw new RangeError(`${name}: expected at least 2 clips, found ${clips.length}`);
  if (windows <= dimension && shrinkage === 0)
    throw new RangeError(
      `${name}: expected more windows than the embedding's ${dimension} dimensions, found ${windows} in ${clips.length} clips; add clips, or set shrinkage (for example "ledoit-wolf")`,
    );
}

/** A quarter of the clips, or as many as it takes to have more windows than dimensions. */
function smallestSubset({ set, clips, dimension }: EmbeddedClips, shrinkage: Shrinkage): number {
  const fewest = Math.min(...clips.map((windows) => windows.length));
  const needed = shrinkage === 0 ? Math.floor(dimension / fewest) + 1 : 2;
  const smallest = Math.max(needed, Math.ceil(clips.length / 4));
  if (smallest > clips.length / 2)
    throw new RangeError(
      `${set}: the extrapolation needs subsets of ${smallest} clips and twice as many in all, found ${clips.length}; add clips, or set shrinkage`,
    );
  return smallest;
}

/** The least-squares line of `distance` over 1 / windows, through random subsets of `smallest` to all clips. */
function extrapolateLine(
  clips: Float32Array[][],
  sizes: number,
  smallest: number,
  uniform: () => number,
  distance: (subset: Float32Array[][]) => number,
): { intercept: number; fit: number } {
  const points = Array.from({ length: sizes }, (_, i) => {
    const size = Math.round(smallest + ((clips.length - smallest) * i) / (sizes - 1));
    const subset = Array.from(permutation(clips.length, uniform).subarray(0, size), (at) => clips[at]);
    return { x: 1 / subset.flat().length, y: distance(subset) };
  });
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const sum = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((total, point) => total + of(point), 0);
  const xx = sum((point) => (point.x - x) ** 2);
  const xy = sum((point) => (point.x - x) * (point.y - y));
  const yy = sum((point) => (point.y - y) ** 2);
  return { intercept: y - (xy / xx) * x, fit: yy > 0 ? xy ** 2 / (xx * yy) : 1 };
}
