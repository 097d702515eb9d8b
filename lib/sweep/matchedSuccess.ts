import { normal, random } from "../math/random";
import { mean, quantile, type Resampling, resampler } from "../math/statistics";

/** One cell of a sweep, as its table has it. */
export interface SweepRow {
  method: string;
  /** Share of takes with the trait. */
  success: number;
  /** Takes in the cell. */
  n: number;
  /** What is compared, in most cases a Frechet distance, and the ends of its 95 % interval; without them it counts as exact. */
  fad: number;
  fadLow?: number | null;
  fadHigh?: number | null;
}

/** One cell of a sweep, take by take: take i of every cell continues prompt i. */
export interface SweepTakes {
  method: string;
  hits: ArrayLike<boolean | number>;
  /** What is compared, over the takes whose numbers are given (with repeats): `frechetOf(...)`, or a mean. */
  quality(takes: ArrayLike<number>): number;
}

export interface MatchOptions extends Omit<Resampling, "clusters"> {
  /** Where to compare; default: the middle of the range that all methods reach. */
  success?: number;
  /** The method whose rows begin every other method's curve, as alpha 0. */
  start?: string;
}

/** A number with the ends of its interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** Methods compared where they succeed equally often. */
export interface Matched {
  success: number;
  /** Success that every method reaches, from lowest to highest. */
  range: [number, number];
  /** Quality at that success, a method each. */
  methods: (Interval & { method: string })[];
  /** Quality of `a` minus that of `b`, for each two methods. */
  differences: (Interval & { a: string; b: string })[];
  /** Share of draws in which some method did not reach that success and its nearest cell stood in. */
  outside: number;
  resamples: number;
  seed: number;
}

interface Point {
  success: number;
  quality: number;
}

/**
 * Compare methods at equal success from the table of an alpha sweep: quality is interpolated linearly between the cells
 * of a method, sorted by success. Of cells of equal success the first counts: rows come in order of strength, and more strength
 * than a success needs would only harm. The interval draws success anew from its
 * binomial and quality from a normal of its interval's width, cell by cell: cells are taken as independent, so with the
 * takes at hand `matchTakes` is narrower.
 * @throws RangeError when fewer than two cells make a method's curve or not all methods reach that success
 */
export function atMatchedSuccess(rows: readonly SweepRow[], options: MatchOptions = {}): Matched {
  for (const row of rows) {
    const { method, success, n, fad } = row;
    if (!(success >= 0 && success <= 1) || !Number.isInteger(n) || n < 1 || !Number.isFinite(fad))
      throw new RangeError(
        `sweep row of ${method}: expected success in [0, 1], n >= 1 and a finite fad, found ${success}, ${n} and ${fad}`,
      );
  }
  const points = rows.map(({ success, fad }) => ({ success, quality: fad }));
  return match(rows, points, options, (uniform) =>
    rows.map(({ success, n, fad, fadLow, fadHigh }) => {
      let hits = 0;
      for (let i = 0; i < n; i++) if (uniform() < success) hits++;
      const spread = fadLow == null || fadHigh == null ? 0 : (fadHigh - fadLow) / (2 * 1.959963984540054);
      return { success: hits / n, quality: fad + spread * normal(uniform) };
    }),
  );
}

/**
 * The same from the takes themselves: a bootstrap over prompts (or their clusters), the same prompts drawn for every cell, so
 * that what makes a prompt easy or odd cancels between methods. Each cell's draws are moved to its value, as `frechetDistance`.
 * @throws RangeError as `atMatchedSuccess`, or when cells differ in their number of takes
 */
export function matchTakes(
  cells: readonly SweepTakes[],
  { success, ...options }: MatchOptions & Resampling = {},
): Matched {
  return takeMatcher(cells, options)(success);
}

/**
 * `matchTakes` for several successes: the draws, and what is measured in them, are the same for all.
 * @returns compares at one success, or in the middle; throws as `matchTakes` when not every method reaches it
 */
export function takeMatcher(
  cells: readonly SweepTakes[],
  { clusters, ...options }: Omit<MatchOptions, "success"> & Resampling = {},
): (success?: number) => Matched {
  const count = cells[0]?.hits.length ?? 0;
  for (const { method, hits } of cells) {
    if (hits.length !== count || count === 0)
      throw new RangeError(
        `sweep cell of ${method}: expected as many takes as the first cell's ${count}, at least one, found ${hits.length}`,
      );
  }
  const measure = (takes: number[]): Point[] =>
    cells.map(({ hits, quality }) => ({
      success: mean(takes.map((take) => Number(hits[take]))),
      quality: quality(takes),
    }));
  const points = measure(Array.from({ length: count }, (_, i) => i));
  const { resamples = 200, seed = 0 } = options;
  const uniform = random(seed);
  const draw = resampler(count, clusters);
  const drawn = Array.from({ length: resamples }, () => measure(draw(uniform)));
  const shift = points.map(({ quality }, i) => quality - mean(drawn.map((draw) => draw[i].quality)));
  return (success) => {
    let next = 0;
    return match(cells, points, { ...options, success, resamples }, () =>
      drawn[next++].map(({ success, quality }, i) => ({ success, quality: quality + shift[i] })),
    );
  };
}

function match(
  cells: readonly { method: string }[],
  points: Point[],
  options: MatchOptions,
  draw: (uniform: () => number) => Point[],
): Matched {
  const { start = "none", resamples = 2000, level = 0.95, seed = 0 } = options;
  const methods = [...new Set(cells.map(({ method }) => method))].filter((method) => method !== start);
  if (methods.length === 0) throw new RangeError("matched success: expected at least one method, found none");
  const curve = (all: Point[], method: string) =>
    all.filter((_, i) => [method, start].includes(cells[i].method)).sort((a, b) => a.success - b.success);
  const curves = methods.map((method) => curve(points, method));
  curves.forEach((cells, i) => {
    if (cells.length < 2)
      throw new RangeError(
        `matched success: expected at least two cells of ${methods[i]}, found ${cells.length}`,
      );
  });
  const range: [number, number] = [
    Math.max(...curves.map((cells) => cells[0].success)),
    Math.min(...curves.map((cells) => cells[cells.length - 1].success)),
  ];
  const { success = (range[0] + range[1]) / 2 } = options;
  if (!(range[0] <= success && success <= range[1])) {
    const reach = curves.map(
      (cells, i) => `${methods[i]} ${cells[0].success} to ${cells[cells.length - 1].success}`,
    );
    throw new RangeError(`matched success: not every method reaches ${success}: ${reach.join(", ")}`);
  }
  const values = curves.map((cells) => interpolate(cells, success));
  const uniform = random(seed);
  let outside = 0;
  const draws = Array.from({ length: resamples }, () => {
    const drawn = draw(uniform);
    const ofMethod = methods.map((method) => curve(drawn, method));
    if (ofMethod.some((cells) => cells[0].success > success || cells[cells.length - 1].success < success))
      outside++;
    return ofMethod.map((cells) => interpolate(cells, success));
  });
  const interval = (value: number, of: (draw: number[]) => number): Interval => {
    const sorted = draws.map(of).sort((a, b) => a - b);
    return { value, low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
  };
  return {
    success,
    range,
    methods: methods.map((method, i) => ({ method, ...interval(values[i], (draw) => draw[i]) })),
    differences: methods.flatMap((a, i) =>
      methods.slice(i + 1).map((b, k) => {
        const j = i + 1 + k;
        return { a, b, ...interval(values[i] - values[j], (draw) => draw[i] - draw[j]) };
      }),
    ),
    outside: resamples ? outside / resamples : 0,
    resamples,
    seed,
  };
}

/** Quality at a success, linear between points sorted by success; beyond them the nearest point's. */
function interpolate(sorted: Point[], success: number): number {
  const at = (value: number) => sorted.find((point) => point.success === value)!.quality;
  const below = sorted.filter((point) => point.success <= success).pop()?.success ?? sorted[0].success;
  const above = sorted.find((point) => point.success >= success)?.success ?? below;
  if (below >= above) return at(above);
  return at(below) + ((success - below) / (above - below)) * (at(above) - at(below));
}
