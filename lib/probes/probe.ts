import { deviation, median } from "../math/statistics";
import type { Calibration } from "./calibration";

/**
 * A logistic regression on one head's z: P(trait present) = sigmoid(weight theta . z + bias); or, of a continuous trait, a ridge
 * regression: weight theta . z + bias is the value, in standard deviations above the training clips' mean.
 */
export interface Probe {
  layer: number;
  head: number;
  /**
   * out-of-fold accuracy over all training clips, and its 95 % Wilson interval; of a continuous trait: of telling clips above
   * the mean from those below
   */
  accuracy: number;
  interval: [number, number];
  /** unit direction of the coefficients, towards the trait; zeros when the head says nothing */
  theta: Float32Array; // [headDim]
  /** standard deviation of theta . z over the training clips */
  sigma: number;
  /** length of the coefficients: the margin is weight theta . z + bias */
  weight: number;
  bias: number;
  /** unit direction from the mean of the clips without the trait to the mean of those with it */
  massMean: Float32Array; // [headDim]
  /** standard deviation of massMean . z over the training clips */
  massMeanSigma: number;
  /** of a continuous trait only */
  fit?: RidgeFit;
}

/** How well a ridge probe predicts values out of fold, with 95 % intervals (bootstrap over songs). */
export interface RidgeFit {
  /** share of the variance explained; below 0 when the mean would predict better */
  r2: number;
  r2Interval: [number, number];
  /** Pearson's correlation of prediction and value */
  r: number;
  rInterval: [number, number];
}

/** The scale of a continuous trait: a probe's value v stands for mean + std v, in this unit. */
export interface TraitScale {
  unit: string;
  mean: number;
  std: number;
}

/** Accuracies of ALL heads of the model, so that a set cut down to its best heads still knows the threshold. */
export interface AccuracyStatistics {
  count: number;
  median: number;
  std: number;
  min: number;
  max: number;
}

/**
 * The monitor C (median probability over the `heads` best heads), averaged over the training clips, out of fold. Of a continuous
 * trait: sigmoid of the value, over the clips above (`with`) and below (`without`) the mean.
 */
export interface MonitorMeans {
  heads: number;
  with: number;
  without: number;
}

/** Which network the activations came from. */
export interface ModelIdentity {
  name: string;
  fingerprint: string;
}

/** How the probes were fitted, for the record. */
export interface Training {
  /** what the clips are, in words: dataset, count, seconds, seed */
  recipe: string;
  clips: number;
  folds: number;
  l2: number;
  seed: number;
  standardise: boolean;
  engine: string;
}

/** The probes of one trait, all heads or some. */
export interface ProbeSet {
  trait: string;
  /** site name with * for the layer: `layers.*.selfAttention.z` */
  site: string;
  model: ModelIdentity;
  /** of the model, not of this set */
  shape: { layers: number; heads: number; headDim: number };
  training: Training;
  statistics: AccuracyStatistics;
  monitor: MonitorMeans;
  /** of a continuous trait: its probes are ridge regressions, and each has a `fit` */
  scale?: TraitScale;
  /** strengths that `calibrate` found, by method */
  calibration?: Record<string, Calibration>;
  heads: Probe[];
  /** a set of the k most accurate heads, best first */
  top(k: number): ProbeSet;
}

/** A probe set from its plain fields: the fields, and `top`. */
export function probeSet(fields: Omit<ProbeSet, "top">): ProbeSet {
  return {
    ...fields,
    top(k) {
      const count = headCount(k, fields.heads.length, "top");
      return probeSet({ ...fields, heads: ranked(fields.heads).slice(0, count) });
    },
  };
}

/** The same probes with this calibration too, in place of an earlier one of the same method. */
export function withCalibration(probes: ProbeSet, calibration: Calibration): ProbeSet {
  const { top: _, ...fields } = probes;
  return probeSet({ ...fields, calibration: { ...probes.calibration, [calibration.method]: calibration } });
}

/** The same probes as they were trained: what steers, and what its results depend on. */
export function withoutCalibration(probes: ProbeSet): ProbeSet {
  const { top: _, calibration: __, ...fields } = probes;
  return probeSet(fields);
}

/** Probes by accuracy (ridge probes by explained variance), best first; equals by layer, then head. */
export function ranked(heads: Probe[]): Probe[] {
  const merit = ({ fit, accuracy }: Probe) => fit?.r2 ?? accuracy;
  return [...heads].sort((a, b) => merit(b) - merit(a) || a.layer - b.layer || a.head - b.head);
}

/** The probe of one head. @throws Error when the set has none */
export function probeAt(
  { trait, heads }: Pick<ProbeSet, "trait" | "heads">,
  { layer, head }: { layer: number; head: number },
): Probe {
  const found = heads.find((probe) => probe.layer === layer && probe.head === head);
  if (!found) throw new Error(`probes of ${trait}: there is no probe of layer ${layer}, head ${head}`);
  return found;
}

/** k, or `available` for "all". @throws RangeError unless k is an integer from 1 to the number of heads */
export function headCount(k: number | "all", available: number, name: string): number {
  if (k === "all") return available;
  if (!Number.isInteger(k) || k < 1 || k > available) {
    throw new RangeError(`${name}: expected a number of heads from 1 to ${available} or "all", found ${k}`);
  }
  return k;
}

export function accuracyStatistics(accuracies: ArrayLike<number>): AccuracyStatistics {
  const values = Array.from(accuracies);
  return {
    count: values.length,
    median: median(values),
    std: deviation(values),
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
  };
}
