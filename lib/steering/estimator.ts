import { Matrix } from "ml-matrix";
import { topEigenvector } from "../math/eigenvector";
import { normal, permutation, random, seedBits } from "../math/random";
import { deviation } from "../math/statistics";
import { type HeadActivations, headZ } from "../probes/activations";
import type { Probe, ProbeSet } from "../probes/probe";
import { type RfmOptions, rfmDirection } from "./rfm";

/**
 * Where the directions come from: the probe's coefficients (ITI, SMITIN), the difference of the class means (ITI's
 * mass-mean shift), the first principal component of the pairs' differences, the top eigenvector of a kernel probe's
 * average gradient outer product (MusicRFM), or chance (the control).
 */
export type Direction = "probe" | "massMean" | "principal" | "rfm" | "random";

export const directions: Direction[] = ["probe", "massMean", "principal", "rfm", "random"];

export interface EstimateOptions {
  /**
   * the clips; "principal" and "rfm" need them, "random" takes sigma from them, or else from the probe. What was learnt
   * from them is remembered for as long as they are: clips that change are to be another object
   */
  activations?: HeadActivations;
  /** of "random", and of which pairs "rfm" learns from */
  seed?: number;
  /** of the kernel probe; `clips`: how many to learn from at most, as whole pairs (the cost is their number cubed) */
  rfm?: RfmOptions & { clips?: number };
}

/** sigma theta of one head: one standard deviation of its z, towards the trait. */
export interface Estimate {
  layer: number;
  head: number;
  vector: Float32Array; // [headDim]
}

/**
 * A direction a head, in the order of `probes.heads`, as long as the clips' standard deviation along it.
 * The principal component is that of the second moment of with - without (not centred: the mean shift counts), turned
 * towards the trait. "rfm" takes about 0.1 s a head with its 256 clips, the first time. A head's random direction depends on the seed,
 * the layer and the head alone.
 * @throws Error on an unknown direction, or when "principal" or "rfm" has no activations of that model and trait;
 *   RangeError on impossible options of "rfm"
 */
export function estimate(
  probes: ProbeSet,
  direction: Direction = "probe",
  options: EstimateOptions = {},
): Estimate[] {
  const { activations, seed = 0, rfm = {} } = options;
  if (!directions.includes(direction)) {
    throw new RangeError(`direction: expected ${directions.join(", ")}, found "${direction as string}"`);
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected an integer, found ${seed}`);
  if (activations) matching(probes, activations);
  const learnt = activations && direction === "rfm" ? sample(activations, rfm.clips, seed) : [];
  const vectorOf = (probe: Probe): Float32Array => {
    switch (direction) {
      case "probe":
        return scaled(probe.theta, probe.sigma);
      case "massMean":
        return scaled(probe.massMean, probe.massMeanSigma);
      case "random": {
        const uniform = random(Math.imul(seedBits(seed) + 1, 0x85ebca6b) + 4096 * probe.layer + probe.head);
        const theta = unit(Float32Array.from(probe.theta, () => normal(uniform)));
        return scaled(theta, activations ? spread(probe, theta, activations) : probe.sigma);
      }
      default: {
        if (!activations)
          throw new Error(`direction "${direction}" needs the option activations, found none`);
        const theta = remembered(activations, [direction, probe.layer, probe.head, seed, rfm], () =>
          direction === "principal" ? principal(probe, activations) : kernel(probe, activations, learnt, rfm),
        );
        return scaled(theta, spread(probe, theta, activations));
      }
    }
  };
  return probes.heads.map((probe) => ({ layer: probe.layer, head: probe.head, vector: vectorOf(probe) }));
}

/** What each clips object has taught: unit [headDim] by direction, head and options. */
const lessons = new WeakMap<HeadActivations, Map<string, Float32Array>>();

/** A direction, learnt only once from the same clips with the same choices: a sweep asks for it at every alpha and K. */
function remembered(
  activations: HeadActivations,
  choices: unknown[],
  learn: () => Float32Array,
): Float32Array {
  const known = lessons.get(activations) ?? new Map<string, Float32Array>();
  lessons.set(activations, known);
  const key = JSON.stringify(choices);
  const theta = known.get(key) ?? learn();
  known.set(key, theta);
  return theta;
}

/** First principal direction of with - without over the pairs: unit [headDim]. */
function principal(probe: Probe, activations: HeadActivations): Float32Array {
  const { labels, pair } = activations;
  const partner = new Map<number, number>();
  pair.forEach((p, clip) => {
    if (!labels[clip]) partner.set(p, clip);
  });
  const differences: number[][] = []; // [pairs, headDim]
  labels.forEach((label, clip) => {
    const other = partner.get(pair[clip]);
    if (!label || other === undefined) return;
    const without = headZ(activations, other, probe);
    differences.push(Array.from(headZ(activations, clip, probe), (value, i) => value - without[i]));
  });
  if (differences.length === 0)
    throw new Error('direction "principal" needs pairs with and without the trait, found none');
  const matrix = new Matrix(differences);
  const first = topEigenvector(matrix.transpose().mmul(matrix));
  const towards = matrix.sum("column").reduce((sum, value, i) => sum + value * first[i], 0);
  return unit(Float32Array.from(first, (value) => (towards < 0 ? -value : value)));
}

/** Top direction of a kernel probe on some of the clips: unit [headDim]. */
function kernel(
  probe: Probe,
  activations: HeadActivations,
  clips: number[],
  options: RfmOptions,
): Float32Array {
  const width = activations.shape[3];
  const x = new Float64Array(clips.length * width);
  clips.forEach((clip, i) => {
    x.set(headZ(activations, clip, probe), i * width);
  });
  const labels = clips.map((clip) => activations.labels[clip]);
  return Float32Array.from(rfmDirection({ x, width, labels }, options));
}

/** Clips of as many whole pairs as fit, in the clips' order. @throws RangeError unless two clips may be taken */
function sample({ pair }: HeadActivations, most = 256, seed = 0): number[] {
  if (!(most >= 2)) throw new RangeError(`rfm clips: expected a number from 2, found ${most}`);
  const pairs = [...new Set(pair)];
  const taken = new Set<number>();
  let size = 0;
  for (const at of permutation(pairs.length, random(seed))) {
    const more = pair.filter((p) => p === pairs[at]).length;
    if (size + more > most) continue;
    taken.add(pairs[at]);
    size += more;
  }
  return Array.from(pair.keys()).filter((clip) => taken.has(pair[clip]));
}

/** Standard deviation of theta . z over all clips. */
function spread(probe: Probe, theta: Float32Array, activations: HeadActivations): number {
  return deviation(
    Array.from(activations.labels, (_, clip) =>
      headZ(activations, clip, probe).reduce((sum, value, i) => sum + value * theta[i], 0),
    ),
  );
}

function scaled(vector: Float32Array, by: number): Float32Array {
  return vector.map((value) => value * by);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length > 0 ? value / length : 0));
}

function matching(probes: ProbeSet, activations: HeadActivations): void {
  if (activations.trait !== probes.trait) {
    throw new Error(
      `activations: expected those of the probes' trait ${probes.trait}, found ${activations.trait}`,
    );
  }
  const [, layers, heads, headDim] = activations.shape;
  const expected = `${probes.model.fingerprint}, [${probes.shape.layers}, ${probes.shape.heads}, ${probes.shape.headDim}]`;
  const found = `${activations.model.fingerprint}, [${layers}, ${heads}, ${headDim}]`;
  if (expected !== found) {
    throw new Error(`activations: expected those of the probes' model ${expected}, found ${found}`);
  }
}
