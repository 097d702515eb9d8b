import { median, wilson } from "../judges/statistics";
import { checkActivations, type HeadActivations } from "./activations";
import { pairedFolds } from "./folds";
import { type Design, type Fits, fitNewton, margins, sigmoid } from "./newton";
import {
  accuracyStatistics,
  headCount,
  type MonitorMeans,
  type Probe,
  type ProbeSet,
  probeSet,
  ranked,
} from "./probe";
import { fitReference } from "./reference";

export interface TrainOptions {
  /** parts of the cross-validation; a pair, and all pairs of a song, are never split */
  folds?: number;
  /** penalty on the standardised coefficients: scikit-learn's LogisticRegression with C = 1 / l2 */
  l2?: number;
  /** deals songs into folds */
  seed?: number;
  /** divide each head's z by one number, the standard deviation over all its clips and dimensions */
  standardise?: boolean;
  /** "newton", or the plain reference: no L2, seconds a head */
  engine?: "newton" | "ml-logistic-regression";
  /** how many of the best heads the monitor's means are taken over */
  monitorHeads?: number;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Fit one logistic regression a head, all heads, with paired cross-validation (SMITIN, section III-A; ITI, section 3.1).
 * z is centred, and scaled by one number a head, before the fit; theta, weight, sigma and bias are given for the raw z.
 * Accuracy is out of fold, over all clips; coefficients are of a last fit on all clips. Deterministic.
 * @param activations z [clips, layers, heads, headDim] and labels
 * @returns a probe a head in the order of layers and heads, statistics of the accuracies, and the monitor's means
 * @throws Error on activations that are not finite, of one class, of fewer than two songs; RangeError on bad options
 */
export function trainProbes(activations: HeadActivations, options: TrainOptions = {}): ProbeSet {
  const { folds: asked = 5, l2 = 1, seed = 0, standardise = true, engine = "newton", onProgress } = options;
  if (!(l2 > 0 && Number.isFinite(l2))) throw new RangeError(`l2: expected a positive number, found ${l2}`);
  if (engine !== "newton" && engine !== "ml-logistic-regression") {
    throw new RangeError(`engine: expected "newton" or "ml-logistic-regression", found "${engine}"`);
  }
  checkActivations(activations);
  const [clips, layers, heads, headDim] = activations.shape;
  const available = layers * heads;
  const monitorHeads = headCount(options.monitorHeads ?? Math.min(16, available), available, "monitorHeads");
  const { fold, folds } = pairedFolds(activations.pair, activations.group, asked, seed);
  const order = Array.from(fold, (_, clip) => clip).sort((a, b) => fold[a] - fold[b] || a - b);
  const starts = Int32Array.from({ length: folds + 1 }, (_, f) => fold.filter((of) => of < f).length);
  const targets = Float64Array.from(order, (clip) => activations.labels[clip]);
  bothClasses(targets, starts);
  const rows = new Float32Array(clips * (headDim + 1));
  const design: Design = { rows, targets, width: headDim + 1, clips, starts };

  const probes: Probe[] = [];
  const outOfFold: Float32Array[] = []; // a head each: probabilities [clips], in the order of the design
  for (let index = 0; index < layers * heads; index++) {
    const scaling = fill(design, activations, order, index, standardise);
    const fits = engine === "newton" ? fitNewton(design, l2) : fitReference(design);
    const probabilities = heldOut(design, fits);
    const right = targets.filter((target, n) => probabilities[n] > 0.5 === target > 0.5).length;
    probes.push({
      layer: Math.floor(index / heads),
      head: index % heads,
      accuracy: right / clips,
      interval: wilson(right, clips),
      ...directions(design, fits.all, scaling),
    });
    outOfFold.push(probabilities);
    onProgress?.(index + 1, layers * heads);
  }
  const best = ranked(probes).slice(0, monitorHeads);
  return probeSet({
    trait: activations.trait,
    site: activations.site,
    model: activations.model,
    shape: { layers, heads, headDim },
    training: { recipe: activations.recipe, clips, folds, l2, seed, standardise, engine },
    statistics: accuracyStatistics(probes.map((probe) => probe.accuracy)),
    monitor: monitorMeans(
      best.map((probe) => outOfFold[probe.layer * heads + probe.head]),
      targets,
    ),
    heads: probes,
  });
}

interface Scaling {
  mean: Float64Array; // [headDim]
  scale: number;
}

/** Write one head's clips into the design, centred and scaled. */
function fill(
  { rows, width, clips }: Design,
  { z, shape }: HeadActivations,
  order: number[],
  index: number,
  standardise: boolean,
): Scaling {
  const headDim = shape[3];
  const stride = shape[1] * shape[2] * headDim;
  const mean = new Float64Array(headDim);
  for (let clip = 0; clip < clips; clip++) {
    for (let i = 0, at = clip * stride + index * headDim; i < headDim; i++) mean[i] += z[at + i];
  }
  for (let i = 0; i < headDim; i++) mean[i] /= clips;
  let variance = 0;
  for (let n = 0; n < clips; n++) {
    const at = order[n] * stride + index * headDim;
    for (let i = 0; i < headDim; i++) {
      const value = z[at + i] - mean[i];
      rows[n * width + i] = value;
      variance += (value * value) / (clips * headDim);
    }
    rows[n * width + headDim] = 1;
  }
  // A head that is constant up to rounding has nothing to say: its rows become zeros rather than amplified noise.
  const size = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0) / headDim);
  const constant = Math.sqrt(variance) <= 1e-6 * size;
  const scale = standardise && variance > 0 && !constant ? Math.sqrt(variance) : 1;
  for (let n = 0; n < clips; n++) {
    for (let i = 0; i < headDim; i++) rows[n * width + i] *= constant ? 0 : 1 / scale;
  }
  return { mean, scale };
}

/** Out-of-fold probability of every clip. */
function heldOut(design: Design, fits: Fits): Float32Array {
  const out = new Float32Array(design.clips);
  fits.outside.forEach((coefficients, f) => {
    const values = margins(design, coefficients);
    for (let n = design.starts[f]; n < design.starts[f + 1]; n++) out[n] = sigmoid(values[n]);
  });
  return out;
}

/** Directions for the raw z from coefficients for the scaled one, and the spread of the clips along them. */
function directions(design: Design, coefficients: Float64Array, { mean, scale }: Scaling) {
  const { rows, targets, width, clips } = design;
  const headDim = width - 1;
  const weights = coefficients.subarray(0, headDim).map((value) => value / scale);
  const positives = targets.reduce((sum, target) => sum + target, 0);
  const shift = new Float64Array(headDim);
  for (let n = 0; n < clips; n++) {
    const share = targets[n] ? 1 / positives : -1 / (clips - positives);
    for (let i = 0; i < headDim; i++) shift[i] += share * rows[n * width + i];
  }
  const [theta, massMean] = [unit(weights), unit(shift)];
  return {
    theta,
    sigma: scale * spread(design, theta),
    weight: Math.hypot(...weights),
    bias: coefficients[headDim] - weights.reduce((sum, value, i) => sum + value * mean[i], 0),
    massMean,
    massMeanSigma: scale * spread(design, massMean),
  };
}

function unit(vector: Float64Array): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0));
}

/** Standard deviation of the design's rows (whose mean is zero) along a direction. */
function spread(design: Design, direction: Float32Array): number {
  const values = margins(design, Float64Array.of(...direction, 0));
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / design.clips);
}

/** Mean over the clips with, and without, the trait of the median probability over some heads. */
function monitorMeans(heads: Float32Array[], targets: Float64Array): MonitorMeans {
  const sums = [0, 0];
  const counts = [0, 0];
  targets.forEach((target, n) => {
    sums[target] += median(heads.map((probabilities) => probabilities[n]));
    counts[target]++;
  });
  return { heads: heads.length, with: sums[1] / counts[1], without: sums[0] / counts[0] };
}

/** @throws Error when the clips outside some fold are of one class */
function bothClasses(targets: Float64Array, starts: Int32Array): void {
  for (let f = 0; f + 1 < starts.length; f++) {
    const outside = targets.filter((_, n) => n < starts[f] || n >= starts[f + 1]);
    const positives = outside.reduce((sum, target) => sum + target, 0);
    if (positives === 0 || positives === outside.length) {
      throw new Error(
        `cross-validation: all clips outside fold ${f + 1} of ${starts.length - 1} have the same label; give fewer folds, or clips of more songs`,
      );
    }
  }
}
