import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { deviation } from "../judges/statistics";
import type { HeadActivations } from "../probes/activations";
import type { Probe, ProbeSet } from "../probes/probe";
import { normal, random } from "../random";

/**
 * Where the directions come from: the probe's coefficients (ITI, SMITIN), the difference of the class means (ITI's
 * mass-mean shift), the first principal component of the pairs' differences, or chance (the control).
 */
export type Direction = "probe" | "massMean" | "principal" | "random";

/** sigma theta of one head: one standard deviation of its z, towards the trait. */
export interface Estimate {
  layer: number;
  head: number;
  vector: Float32Array; // [headDim]
}

/**
 * A direction a head, in the order of `probes.heads`, as long as the clips' standard deviation along it.
 * The principal component is that of the second moment of with - without (not centred: the mean shift counts), turned
 * towards the trait.
 * @param activations the clips; "principal" needs them, "random" takes sigma from them, or else from the probe
 * @param seed of "random"
 * @throws Error on an unknown direction, or when "principal" has no activations of that model and trait
 */
export function estimate(
  probes: ProbeSet,
  direction: Direction = "probe",
  { activations, seed = 0 }: { activations?: HeadActivations; seed?: number } = {},
): Estimate[] {
  if (activations) matching(probes, activations);
  const uniform = random(seed);
  return probes.heads.map((probe) => {
    const { layer, head } = probe;
    return { layer, head, vector: vectorOf(probe, direction, uniform, activations) };
  });
}

function vectorOf(
  probe: Probe,
  direction: Direction,
  uniform: () => number,
  activations?: HeadActivations,
): Float32Array {
  switch (direction) {
    case "probe":
      return scaled(probe.theta, probe.sigma);
    case "massMean":
      return scaled(probe.massMean, probe.massMeanSigma);
    case "principal": {
      if (!activations) throw new Error('direction "principal" needs the option activations, found none');
      const theta = principal(probe, activations);
      return scaled(theta, spread(probe, theta, activations));
    }
    case "random": {
      const theta = unit(Float32Array.from(probe.theta, () => normal(uniform)));
      return scaled(theta, activations ? spread(probe, theta, activations) : probe.sigma);
    }
    default:
      throw new RangeError(
        `direction: expected probe, massMean, principal or random, found "${direction as string}"`,
      );
  }
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
    const without = slice(probe, activations, other);
    differences.push(Array.from(slice(probe, activations, clip), (value, i) => value - without[i]));
  });
  if (differences.length === 0)
    throw new Error('direction "principal" needs pairs with and without the trait, found none');
  const matrix = new Matrix(differences);
  const moments = new EigenvalueDecomposition(matrix.transpose().mmul(matrix), { assumeSymmetric: true });
  const values = moments.realEigenvalues;
  const first = moments.eigenvectorMatrix.getColumn(values.indexOf(Math.max(...values)));
  const towards = matrix.sum("column").reduce((sum, value, i) => sum + value * first[i], 0);
  return unit(Float32Array.from(first, (value) => (towards < 0 ? -value : value)));
}

/** Standard deviation of theta . z over all clips. */
function spread(probe: Probe, theta: Float32Array, activations: HeadActivations): number {
  return deviation(
    Array.from(activations.labels, (_, clip) =>
      slice(probe, activations, clip).reduce((sum, value, i) => sum + value * theta[i], 0),
    ),
  );
}

/** One head's z of one clip: [headDim]. */
function slice({ layer, head }: Probe, { z, shape }: HeadActivations, clip: number): Float32Array {
  const at = ((clip * shape[1] + layer) * shape[2] + head) * shape[3];
  return z.subarray(at, at + shape[3]);
}

function scaled(vector: Float32Array, by: number): Float32Array {
  return vector.map((value) => value * by);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length > 0 ? value / length : 0));
}

function matching(probes: ProbeSet, activations: HeadActivations): void {
  const [, layers, heads, headDim] = activations.shape;
  const expected = `${probes.model.fingerprint}, [${probes.shape.layers}, ${probes.shape.heads}, ${probes.shape.headDim}]`;
  const found = `${activations.model.fingerprint}, [${layers}, ${heads}, ${headDim}]`;
  if (expected !== found) {
    throw new Error(`activations: expected those of the probes' model ${expected}, found ${found}`);
  }
}
