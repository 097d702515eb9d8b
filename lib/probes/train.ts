import type { OnProgress } from "../jobs/progress";
import { median, wilson } from "../math/statistics";
import { checkActivations, type HeadActivations } from "./activations";
import { bestHeadsOf } from "./defaults";
import { foldOrder, pairedFolds } from "./folds";
import { directions, emptyDesign, fillDesign, heldOut } from "./headFit";
import { fitLogisticRegression, sigmoid } from "./logisticRegression";
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
  onProgress?: OnProgress;
}

/**
 * Fit one logistic regression a head, all heads, with paired cross-validation (SMITIN's and ITI's probing).
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
  const monitorHeads = headCount(options.monitorHeads ?? bestHeadsOf(available), available, "monitorHeads");
  const dealt = pairedFolds(activations.pair, activations.group, asked, seed);
  const { order, starts } = foldOrder(dealt);
  const targets = Float64Array.from(order, (clip) => activations.labels[clip]);
  bothClasses(targets, starts);
  const design = emptyDesign(targets, starts, headDim);

  const positives = targets.reduce((sum, target) => sum + target, 0);
  const shares = targets.map((target) => (target ? 1 / positives : -1 / (clips - positives))); // class mean - class mean

  const probes: Probe[] = [];
  const outOfFold: Float32Array[] = []; // a head each: probabilities [clips], in the order of the design
  for (let index = 0; index < available; index++) {
    const scaling = fillDesign(design, activations, order, index, standardise);
    const fits = engine === "newton" ? fitLogisticRegression(design, l2) : fitReference(design);
    const probabilities = Float32Array.from(heldOut(design, fits), sigmoid);
    const right = targets.filter((target, n) => probabilities[n] > 0.5 === target > 0.5).length;
    probes.push({
      layer: Math.floor(index / heads),
      head: index % heads,
      accuracy: right / clips,
      interval: wilson(right, clips),
      ...directions(design, fits.all, scaling, shares),
    });
    outOfFold.push(probabilities);
    onProgress?.(index + 1, available);
  }
  const best = ranked(probes).slice(0, monitorHeads);
  return probeSet({
    trait: activations.trait,
    site: activations.site,
    model: activations.model,
    shape: { layers, heads, headDim },
    training: { recipe: activations.recipe, clips, folds: dealt.folds, l2, seed, standardise, engine },
    statistics: accuracyStatistics(probes.map((probe) => probe.accuracy)),
    monitor: monitorMeans(
      best.map((probe) => outOfFold[probe.layer * heads + probe.head]),
      targets,
    ),
    heads: probes,
  });
}

/** Mean over the clips with, and without, the trait of the median probability over some heads. */
export function monitorMeans(heads: ArrayLike<number>[], targets: Float64Array): MonitorMeans {
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
