import { random } from "../random";

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

/**
 * Percentile bootstrap interval of a statistic of a sample (Efron 1979).
 * @param statistic of a resampled list; the mean by default
 * @returns the statistic of the sample itself and the interval's ends
 * @throws RangeError on an empty sample
 */
export function bootstrap<Item>(
  sample: ArrayLike<Item>,
  {
    statistic = mean as unknown as (items: Item[]) => number,
    resamples = 2000,
    level = 0.95,
    seed = 0,
  }: { statistic?: (items: Item[]) => number; resamples?: number; level?: number; seed?: number } = {},
): { value: number; low: number; high: number } {
  const items = Array.from(sample);
  if (items.length === 0) throw new RangeError("bootstrap: expected at least one value, found none");
  const uniform = random(seed);
  const draws = Float64Array.from({ length: resamples }, () =>
    statistic(items.map(() => items[Math.floor(uniform() * items.length)])),
  ).sort();
  return {
    value: statistic(items),
    low: quantile(draws, (1 - level) / 2),
    high: quantile(draws, (1 + level) / 2),
  };
}

/**
 * McNemar's exact test of two methods tried on the same cases: the sign test on the cases where they differ.
 * @param a, b success of each method, case by case
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

/** Spearman's rank correlation: Pearson's of the ranks, ties sharing their mean rank. NaN when one list is constant. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  sameLength("spearman", a, b);
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

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const out = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) out[order[i]] = (start + end - 1) / 2;
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

function sameLength(name: string, a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `${name}: expected two lists of one length, found ${a.length} and ${b.length} values`,
    );
  }
}
