import { normal, random } from "../../lib/math/random";
import type { MusicGen } from "../../lib/model/musicgen";
import { accuracyStatistics, type Probe, type ProbeSet, probeSet } from "../../lib/probes/probe";

/** What is to be said of probes that nobody trained; the rest is made up. */
export interface MadeProbes {
  /** One a head, layer by layer. */
  accuracies: number[];
  trait?: string;
  /** A head's direction of unit length, asked for theta and then for massMean. Default: at random from `seed`. */
  direction?(headDim: number): Float32Array;
  seed?: number;
  /** By how much the interval of an accuracy goes up and down. */
  margin?: number;
  weight?: number;
  bias?: number;
  sigma?(head: number): number;
  massMeanSigma?(head: number): number;
  monitor?: ProbeSet["monitor"];
}

/** Probes of every head of a model, made by hand. */
export function makeProbes(
  {
    name,
    fingerprint,
    layers,
    heads,
    headDim,
  }: Pick<MusicGen, "name" | "fingerprint" | "layers" | "heads" | "headDim">,
  {
    accuracies,
    trait = "drums",
    seed = 2,
    direction = unitVectors(seed),
    margin = 0.05,
    weight = 3,
    bias = 0.1,
    sigma = () => 0.1,
    massMeanSigma = sigma,
    monitor = { heads: accuracies.length, with: 0.9, without: 0.1 },
  }: MadeProbes,
): ProbeSet {
  const list = accuracies.map(
    (accuracy, i): Probe => ({
      layer: Math.floor(i / heads),
      head: i % heads,
      accuracy,
      interval: [accuracy - margin, Math.min(1, accuracy + margin)],
      theta: direction(headDim),
      sigma: sigma(i),
      weight,
      bias,
      massMean: direction(headDim),
      massMeanSigma: massMeanSigma(i),
    }),
  );
  return probeSet({
    trait,
    site: "layers.*.selfAttention.z",
    model: { name, fingerprint },
    shape: { layers, heads, headDim },
    training: { recipe: "by hand", clips: 8, folds: 2, l2: 1, seed: 0, standardise: true, engine: "newton" },
    statistics: accuracyStatistics(accuracies),
    monitor,
    heads: list,
  });
}

function unitVectors(seed: number): (headDim: number) => Float32Array {
  const uniform = random(seed);
  return (headDim) => {
    const values = Float32Array.from({ length: headDim }, () => normal(uniform));
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  };
}
