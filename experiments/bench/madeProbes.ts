import { normal, random } from "../../lib/math/random";
import type { DecoderConfig } from "../../lib/model/checkpoint/config";
import type { SteeredModel } from "../../lib/model/intervention";
import { accuracyStatistics, type Probe, type ProbeSet, probeSet } from "../../lib/probes/probe";

/** What steering asks of a model, for a decoder alone. */
export function made({ numHiddenLayers, numAttentionHeads, hiddenSize }: DecoderConfig): SteeredModel {
  return {
    name: "random",
    fingerprint: "random",
    layers: numHiddenLayers,
    heads: numAttentionHeads,
    headDim: hiddenSize / numAttentionHeads,
    frameRate: 50,
  };
}

/** Probes that nobody trained, of every head; they never see the trait, so that steering never stops. */
export function madeProbes(config: DecoderConfig): ProbeSet {
  const { layers, heads, headDim, ...model } = made(config);
  const uniform = random(1);
  const list = Array.from({ length: layers * heads }, (_, i): Probe => {
    const direction = Float32Array.from({ length: headDim }, () => normal(uniform));
    const length = Math.hypot(...direction);
    const theta = direction.map((value) => value / length);
    const accuracy = 0.5 + 0.4 * uniform();
    const spread = { sigma: 0.1, massMean: theta, massMeanSigma: 0.1 };
    const interval: [number, number] = [accuracy - 0.1, accuracy + 0.1];
    return {
      layer: Math.floor(i / heads),
      head: i % heads,
      accuracy,
      interval,
      theta,
      weight: 1,
      bias: -100,
      ...spread,
    };
  });
  return probeSet({
    trait: "drums",
    site: "layers.*.selfAttention.z",
    model,
    shape: { layers, heads, headDim },
    training: { recipe: "random", clips: 2, folds: 2, l2: 1, seed: 1, standardise: true, engine: "newton" },
    statistics: accuracyStatistics(list.map(({ accuracy }) => accuracy)),
    monitor: { heads: 16, with: 0.8, without: 0.3 },
    heads: list,
  });
}
