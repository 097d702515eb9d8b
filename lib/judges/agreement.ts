import { bootstrap, type Resampling, spearman } from "../math/statistics";

/** What one judge (or the probes) makes of the clips: a decision a clip, and a score where it has one. */
export interface Judgements {
  /** "presence judge", "CLAP", "probes" */
  judge: string;
  decisions: ArrayLike<boolean | number | string>;
  scores?: ArrayLike<number>;
}

/** How often each decision of one judge met each of the other. */
export interface Confusion {
  decisions: (boolean | number | string)[];
  /** [decision of a][decision of b] */
  counts: number[][];
}

/** Cohen's kappa: agreement beyond chance, 1 perfect, 0 chance. */
export interface Kappa {
  n: number;
  /** Share of clips on which both decide alike. */
  agreed: number;
  /** NaN when both judges decide the same on every clip and never otherwise: there is no chance to correct for. */
  kappa: number;
  low: number;
  high: number;
}

/** Rank correlation of two judges' scores. */
export interface Correlation {
  n: number;
  /** NaN when one of them gives every clip the same score */
  rho: number;
  low: number;
  high: number;
}

/** Two judges on the same clips. */
export interface Agreement {
  a: string;
  b: string;
  kappa: Kappa;
  /** null unless both have scores */
  correlation: Correlation | null;
  confusion: Confusion;
}

/**
 * Every two judges on the same clips, with 95 % intervals.
 * @throws RangeError when there are fewer than two judges, they differ in their number of clips, or there is none
 */
export function agreement(judges: readonly Judgements[], options: Resampling = {}): Agreement[] {
  if (judges.length < 2)
    throw new RangeError(`agreement: expected at least two judges, found ${judges.length}`);
  return judges.flatMap((a, i) =>
    judges.slice(i + 1).map((b) => ({
      a: a.judge,
      b: b.judge,
      kappa: kappa(a.decisions, b.decisions),
      correlation: a.scores && b.scores ? correlation(a.scores, b.scores, options) : null,
      confusion: confusion(a.decisions, b.decisions),
    })),
  );
}

/**
 * The table of two lists of decisions; decisions in the order false, true, else sorted.
 * @throws RangeError when the lists differ in length or are empty
 */
export function confusion(a: Judgements["decisions"], b: Judgements["decisions"]): Confusion {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(
      `confusion: expected two lists of one length, found ${a.length} and ${b.length} decisions`,
    );
  const decisions = [...new Set([...Array.from(a), ...Array.from(b)])].sort((x, y) =>
    x < y ? -1 : x > y ? 1 : 0,
  );
  const counts = decisions.map(() => decisions.map(() => 0));
  for (let i = 0; i < a.length; i++) counts[decisions.indexOf(a[i])][decisions.indexOf(b[i])]++;
  return { decisions, counts };
}

/**
 * Cohen's kappa (1960) with the large-sample interval of Fleiss, Cohen & Everitt (1969), cut to [-1, 1]. The interval has no width
 * when the judges never differ, however few the clips.
 * @param z normal quantile: 1.96 for 95 %
 * @throws RangeError as `confusion`
 */
export function kappa(a: Judgements["decisions"], b: Judgements["decisions"], z = 1.959963984540054): Kappa {
  const { counts } = confusion(a, b);
  const n = a.length;
  const share = counts.map((row) => row.map((count) => count / n));
  const ofA = share.map((row) => row.reduce((x, y) => x + y, 0));
  const ofB = share.map((_, j) => share.reduce((sum, row) => sum + row[j], 0));
  const agreed = share.reduce((sum, row, i) => sum + row[i], 0);
  const chance = ofA.reduce((sum, p, i) => sum + p * ofB[i], 0);
  const value = (agreed - chance) / (1 - chance);
  let spread = 0; // variance times n (1 - chance)^2
  share.forEach((row, i) => {
    row.forEach((p, j) => {
      spread +=
        i === j
          ? p * (1 - (ofA[i] + ofB[i]) * (1 - value)) ** 2
          : (1 - value) ** 2 * p * (ofB[i] + ofA[j]) ** 2;
    });
  });
  spread -= (value - chance * (1 - value)) ** 2;
  const half = (z * Math.sqrt(Math.max(0, spread) / n)) / (1 - chance);
  return { n, agreed, kappa: value, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}

/**
 * Spearman's rho of two lists of scores with its bootstrap interval over clips, or over their clusters.
 * @throws RangeError when the lists differ in length, are empty or not finite
 */
export function correlation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: Resampling = {},
): Correlation {
  spearman(a, b);
  const clips = Array.from(a, (_, i) => i);
  const rho = (drawn: number[]) =>
    spearman(
      drawn.map((i) => a[i]),
      drawn.map((i) => b[i]),
    );
  const { value, low, high } = bootstrap(clips, { ...options, statistic: rho });
  return { n: clips.length, rho: value, low, high };
}
