import type { HeadActivations } from "./activations";
import { type Design, margins } from "./designMatrix";
import type { Fits } from "./logisticRegression";
import type { Probe } from "./probe";

/** What was taken from one head's z, and by what it was divided. */
export interface Scaling {
  mean: Float64Array; // [headDim]
  scale: number;
}

/** A design that `fillDesign` fills, head after head. @param targets [clips], fold by fold */
export function emptyDesign(targets: Float64Array, starts: Int32Array, headDim: number): Design {
  const clips = targets.length;
  const width = headDim + 1;
  return { rows: new Float32Array(clips * width), targets, width, clips, starts };
}

/** Write one head's clips into the design, centred and scaled. */
export function fillDesign(
  { rows, width, clips }: Design,
  { z, shape }: Pick<HeadActivations, "z" | "shape">,
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

/**
 * Directions for the raw z from coefficients for the scaled one, and the spread of the clips along them.
 * @param shares of the clips in the direction called massMean: it is that of sum share z
 */
export function directions(
  design: Design,
  coefficients: Float64Array,
  { mean, scale }: Scaling,
  shares: Float64Array,
): Pick<Probe, "theta" | "sigma" | "weight" | "bias" | "massMean" | "massMeanSigma"> {
  const { rows, width, clips } = design;
  const headDim = width - 1;
  const weights = coefficients.subarray(0, headDim).map((value) => value / scale);
  const shift = new Float64Array(headDim);
  for (let n = 0; n < clips; n++) {
    for (let i = 0; i < headDim; i++) shift[i] += shares[n] * rows[n * width + i];
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

/** Every clip's margin by the fit that did not see it: [clips]. */
export function heldOut(design: Design, fits: Fits): Float64Array {
  const out = new Float64Array(design.clips);
  fits.outside.forEach((coefficients, f) => {
    const values = margins(design, coefficients);
    out.set(values.subarray(design.starts[f], design.starts[f + 1]), design.starts[f]);
  });
  return out;
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
