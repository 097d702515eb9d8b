import { random } from "./random";

/**
 * Wilson's score interval of a rate (Wilson 1927), the one to report with n trials however few or one-sided.
 * @param z normal quantile: 1.96 for 95 %
 * @returns [low, high] in [0, 1]
 * @throws RangeError unless 0 <= successes <= n and n >= 1
 */
export function wilson(successes: number, n: number, z = 1.959963984540054): [number, number] {
  if (!(n >= 1) || !(successes >= 0) || !(successes <= n)) {
    throw new RangeError(`wilson: expected 0 <= successes <= n and n >= 1, found ${successes} of ${n}`);
  }
  const rate = successes / n;
  const centre = rate + (z * z) / (2 * n);
  const half = z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

export interface Resampling {
  resamples?: number;
  level?: number;
  seed?: number;
  /** Which cluster each case belongs to (several cases of one song, say): whole clusters are drawn. Default: each its own. */
  clusters?: ArrayLike<number | string>;
}

/**
 * How a bootstrap draws its cases: as many as there are, with repeats; of clusters, as many as there are of them, each with
 * all its cases (Field & Welsh 2007).
 * @returns the numbers of the drawn cases
 * @throws RangeError when not every case has a cluster
 */
export function resampler(
  count: number,
  clusters?: Resampling["clusters"],
): (uniform: () => number) => number[] {
  if (clusters && clusters.length !== count)
    throw new RangeError(
      `bootstrap: expected a cluster for each of ${count} cases, found ${clusters.length}`,
    );
  const members = new Map<number | string, number[]>();
  for (let i = 0; i < count; i++) {
    const cluster = clusters ? clusters[i] : i;
    members.set(cluster, [...(members.get(cluster) ?? []), i]);
  }
  const all = [...members.values()];
  return (uniform) => all.flatMap(() => all[Math.floor(uniform() * all.length)]);
}

/**
 * Percentile bootstrap interval of a statistic of a sample (Efron 1979). Draws in which the statistic is NaN (a
 * correlation with a constant, say) are left out.
 * @param statistic of a resampled list; the mean by default
 * @returns the statistic of the sample itself and the interval's ends
 * @throws RangeError on an empty sample, or when not every case has a cluster
 */
export function bootstrap<Item>(
  sample: ArrayLike<Item>,
  {
    statistic = mean as unknown as (items: Item[]) => number,
    resamples = 2000,
    level = 0.95,
    seed = 0,
    clusters,
  }: Resampling & { statistic?: (items: Item[]) => number } = {},
): { value: number; low: number; high: number } {
  const items = Array.from(sample);
  if (items.length === 0) throw new RangeError("bootstrap: expected at least one value, found none");
  const uniform = random(seed);
  const draw = resampler(items.length, clusters);
  const draws = Float64Array.from({ length: resamples }, () => statistic(draw(uniform).map((i) => items[i])))
    .filter((draw) => !Number.isNaN(draw))
    .sort();
  return {
    value: statistic(items),
    low: quantile(draws, (1 - level) / 2),
    high: quantile(draws, (1 + level) / 2),
  };
}

/**
 * McNemar's exact test of two methods tried on the same cases: the sign test on the cases where they differ.
 * @param a success of one method, case by case
 * @param b success of the other on the same cases
 * @returns how often only a and only b succeeded, and the two-sided p of that split under a fair coin
 */
export function mcnemar(a: ArrayLike<boolean | number>, b: ArrayLike<boolean | number>) {
  sameLength("mcnemar", a, b);
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] && !b[i]) onlyA++;
    if (b[i] && !a[i]) onlyB++;
  }
  return { onlyA, onlyB, p: coin(onlyA, onlyB) };
}

/** Paired sign test: how often a > b and b > a (ties left out), and the two-sided p of that under a fair coin. */
export function signTest(a: ArrayLike<number>, b: ArrayLike<number>) {
  sameLength("signTest", a, b);
  let more = 0;
  let less = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] > b[i]) more++;
    if (a[i] < b[i]) less++;
  }
  return { more, less, p: coin(more, less) };
}

/**
 * Wilcoxon's signed-rank test of paired values: by how much a > b, not only how often. Equal pairs are left out, equal
 * differences share their mean rank; two-sided p exactly (over all signs) up to 100 pairs, beyond by the normal
 * approximation with ties, without continuity correction, as scipy.stats.wilcoxon.
 * @returns the sums of the ranks where a > b and where b > a
 * @throws RangeError when the lists differ in length, are empty or not finite
 */
export function signedRankTest(a: ArrayLike<number>, b: ArrayLike<number>) {
  const differences = paired("signedRankTest", a, b).filter((difference) => difference !== 0);
  const rank = ranks(differences.map(Math.abs));
  let more = 0;
  let less = 0;
  differences.forEach((difference, i) => {
    if (difference > 0) more += rank[i];
    else less += rank[i];
  });
  const smaller = Math.min(more, less);
  return {
    more,
    less,
    p: rank.length <= 100 ? signedRankExact(rank, smaller) : signedRankNormal(rank, smaller),
  };
}

/**
 * Mean of a - b over paired cases with its percentile bootstrap interval (whole pairs drawn): by how much two methods
 * differ on the same prompts.
 * @throws RangeError when the lists differ in length, are empty or not finite
 */
export function pairedDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: Resampling = {},
): { value: number; low: number; high: number } {
  return bootstrap<number>(paired("pairedDifference", a, b), options);
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing their mean rank. NaN when one list is constant.
 * @throws RangeError when the lists differ in length, are empty or not finite
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  paired("spearman", a, b);
  return pearson(ranks(a), ranks(b));
}

/** Pearson's correlation. NaN when one list is constant. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  sameLength("pearson", a, b);
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN;
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Standard deviation over the whole population (divided by n, as NumPy's default). */
export function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return Math.sqrt(sum / values.length);
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

/** The q-quantile of sorted values, with linear interpolation (NumPy's default). */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Ranks from 1, ties sharing their mean. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const out = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) out[order[i]] = (start + end + 1) / 2;
    start = end;
  }
  return out;
}

/** Two-sided p of seeing a split at least this uneven in heads + tails tosses of a fair coin, exactly. */
function coin(heads: number, tails: number): number {
  const n = heads + tails;
  let logTerm = -n * Math.LN2; // log of C(n, 0) / 2^n
  let tail = 0;
  for (let k = 0; k <= Math.min(heads, tails); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

/** Two-sided p of a rank sum at most this small when every rank's sign is a fair coin: all sums are counted. */
function signedRankExact(rank: Float64Array, smaller: number): number {
  const doubled = rank.map((r) => 2 * r); // whole numbers, halves being shared ranks
  const total = doubled.reduce((sum, r) => sum + r, 0);
  const chance = new Float64Array(total + 1); // of each sum
  chance[0] = 1;
  let largest = 0;
  for (const r of doubled) {
    largest += r;
    for (let sum = largest; sum >= 0; sum--)
      chance[sum] = (chance[sum] + (sum >= r ? chance[sum - r] : 0)) / 2;
  }
  let tail = 0;
  for (let sum = 0; sum <= 2 * smaller; sum++) tail += chance[sum];
  return Math.min(1, 2 * tail);
}

/** The same for many ranks: the sum is nearly normal, its variance a quarter of the sum of squared ranks. */
function signedRankNormal(rank: Float64Array, smaller: number): number {
  const centre = rank.reduce((sum, r) => sum + r, 0) / 2;
  const z = (centre - smaller) / Math.sqrt(rank.reduce((sum, r) => sum + r * r, 0) / 4);
  return erfc(z / Math.SQRT2);
}

/** Complementary error function of x >= 0: Taylor series below 2, continued fraction above. */
function erfc(x: number): number {
  const density = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x > 2) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (x + fraction);
    return density / (x + fraction);
  }
  let sum = 0;
  for (let k = 0, term = x; k < 60; k++) {
    sum += term;
    term *= (2 * x * x) / (2 * k + 3);
  }
  return 1 - 2 * density * sum;
}

/** a - b, case by case. */
function paired(name: string, a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  sameLength(name, a, b);
  return Array.from(a, (value, i) => {
    if (!Number.isFinite(value) || !Number.isFinite(b[i]))
      throw new RangeError(`${name}: expected finite values, found ${value} and ${b[i]} at ${i}`);
    return value - b[i];
  });
}

function sameLength(name: string, a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `${name}: expected two lists of one length, found ${a.length} and ${b.length} values`,
    );
  }
}
