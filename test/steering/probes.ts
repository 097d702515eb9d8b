import { normal, random } from "../../lib/math/random";
import { accuracyStatistics, type Probe, type ProbeSet, probeSet } from "../../lib/probes/probe";
import { model } from "./play";

/** Probes by hand for `model`: accuracies as given, directions at random. */
export function handmade(accuracies = [0.5, 0.6, 0.8, 0.9], trait = "drums", seed = 9): ProbeSet {
  const { layers, heads, headDim } = model;
  const uniform = random(seed);
  const unit = () => {
    const values = Float32Array.from({ length: headDim }, () => normal(uniform));
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  };
  const list: Probe[] = accuracies.map((accuracy, i) => ({
    layer: Math.floor(i / heads),
    head: i % heads,
    accuracy,
    interval: [accuracy - 0.1, Math.min(1, accuracy + 0.1)],
    theta: unit(),
    sigma: 0.5 + i,
    weight: 2,
    bias: 0.25,
    massMean: unit(),
    massMeanSigma: 0.25 + i,
  }));
  return probeSet({
    trait,
    site: "layers.*.selfAttention.z",
    model: { name: model.name, fingerprint: model.fingerprint },
    shape: { layers, heads, headDim },
    training: { recipe: "by hand", clips: 8, folds: 2, l2: 1, seed: 0, standardise: true, engine: "newton" },
    statistics: accuracyStatistics(accuracies),
    monitor: { heads: 4, with: 0.8, without: 0.3 },
    heads: list,
  });
}
