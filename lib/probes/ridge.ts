import { wilson } from "../math/statistics";
import { checkFinite, type ValueActivations } from "./activations";
import { bestHeadsOf } from "./defaults";
import { type Design, weightedSum } from "./designMatrix";
import { foldOrder, pairedFolds } from "./folds";
import { directions, emptyDesign, fillDesign, heldOut } from "./headFit";
import { cholesky, gram, solve } from "./hessian";
import { type Fits, sigmoid } from "./logisticRegression";
import { accuracyStatistics, headCount, type Probe, type ProbeSet, probeSet, ranked } from "./probe";
import { songBootstrap } from "./songBootstrap";
import { monitorMeans, type TrainOptions } from "./train";

export type RidgeOptions = Omit<TrainOptions, "engine"> & {
  /** resamples of the songs, for the intervals */
  resamples?: number;
};

/**
 * Fit one ridge regression a head to a continuous trait, all heads, with cross-validation by song or artist (Panda et al. 2025,
 * arXiv 2506.10225: regression in place of classification). The result steers like any probe set: theta points to more of the
 * trait, alpha > 0 raises it. Exact: one Cholesky a head and fold. Deterministic.
 * @param activations z [clips, layers, heads, headDim] and values
 * @param options l2 = 1: penalty on the coefficients of z centred and scaled by one number a head, values in standard deviations:
 *   scikit-learn's Ridge with alpha = l2
 * @returns a probe a head in the order of layers and heads, each with its out-of-fold R^2 and Pearson r
 * @throws Error on activations that are not finite, of one value, of fewer than two songs; RangeError on bad options
 */
export function trainRidgeProbes(activations: ValueActivations, options: RidgeOptions = {}): ProbeSet {
  const { folds: asked = 5, l2 = 1, seed = 0, standardise = true, resamples = 1000, onProgress } = options;
  if (!(l2 > 0 && Number.isFinite(l2))) throw new RangeError(`l2: expected a positive number, found ${l2}`);
  checkFinite(activations);
  const [clips, layers, heads, headDim] = activations.shape;
  const available = layers * heads;
  const monitorHeads = headCount(options.monitorHeads ?? bestHeadsOf(available), available, "monitorHeads");
  const songs = activations.group ?? Int32Array.from({ length: clips }, (_, clip) => clip);
  const alone = Int32Array.from({ length: clips }, (_, clip) => clip);
  const dealt = pairedFolds(alone, songs, asked, seed);
  const { order, starts } = foldOrder(dealt);
  const { mean, std, targets } = standardised(activations.values, order);
  const design = emptyDesign(targets, starts, headDim);
  const interval = songBootstrap(
    targets,
    Int32Array.from(order, (clip) => songs[clip]),
    { resamples, seed },
  );
  const above = targets.map((target) => (target > 0 ? 1 : 0));

  const probes: Probe[] = [];
  const outOfFold: Float64Array[] = []; // a head each: predictions [clips], in the order of the design
  for (let index = 0; index < available; index++) {
    const scaling = fillDesign(design, activations, order, index, standardise);
    const fits = fitRidge(design, l2);
    const predictions = heldOut(design, fits);
    const right = predictions.filter((value, n) => value > 0 === above[n] > 0).length;
    probes.push({
      layer: Math.floor(index / heads),
      head: index % heads,
      accuracy: right / clips,
      interval: wilson(right, clips),
      ...directions(design, fits.all, scaling, targets),
      fit: interval(predictions),
    });
    outOfFold.push(predictions);
    onProgress?.(index + 1, available);
  }
  const best = ranked(probes).slice(0, monitorHeads);
  return probeSet({
    trait: activations.trait,
    site: activations.site,
    model: activations.model,
    shape: { layers, heads, headDim },
    training: {
      recipe: activations.recipe,
      clips,
      folds: dealt.folds,
      l2,
      seed,
      standardise,
      engine: "ridge",
    },
    statistics: accuracyStatistics(probes.map((probe) => probe.accuracy)),
    monitor: monitorMeans(
      best.map((probe) => outOfFold[probe.layer * heads + probe.head].map(sigmoid)),
      above,
    ),
    scale: { unit: activations.unit, mean, std },
    heads: probes,
  });
}

/**
 * Minimise |y - X w|^2 + l2 |w|^2, the bias not penalised, on all clips and on those outside each fold. The Gram matrix of the
 * clips outside a fold is the total less the fold's share.
 */
function fitRidge(design: Design, l2: number): Fits {
  const { targets, width, clips, starts } = design;
  const ones = new Float64Array(clips).fill(1);
  const folds = Array.from({ length: starts.length - 1 }, (_, f) => ({
    matrix: gram(design, ones, starts[f], starts[f + 1]),
    right: weightedSum(
      design,
      targets.map((target, n) => (n >= starts[f] && n < starts[f + 1] ? target : 0)),
    ),
  }));
  const total = (pick: (fold: (typeof folds)[number]) => Float64Array) =>
    folds.map(pick).reduce((sum, part) => sum.map((value, i) => value + part[i]));
  const [matrix, right] = [total((fold) => fold.matrix), total((fold) => fold.right)];
  const solved = (left: Float64Array, side: Float64Array) => {
    const coefficients = side.slice();
    solve(cholesky(left, width, l2), coefficients, width);
    return coefficients;
  };
  return {
    all: solved(matrix, right),
    outside: folds.map((fold) =>
      solved(
        matrix.map((value, i) => value - fold.matrix[i]),
        right.map((value, i) => value - fold.right[i]),
      ),
    ),
  };
}

/** Values in standard deviations from their mean, in the order given. */
function standardised(values: ArrayLike<number>, order: number[]) {
  const mean = order.reduce((sum, clip) => sum + values[clip], 0) / order.length;
  const std = Math.sqrt(order.reduce((sum, clip) => sum + (values[clip] - mean) ** 2, 0) / order.length);
  if (!(std > 1e-9 * Math.abs(mean)))
    throw new Error(`activations: expected values that differ, found only ${mean}`);
  return { mean, std, targets: Float64Array.from(order, (clip) => (values[clip] - mean) / std) };
}
