import { Matrix } from "ml-matrix";
import { topEigenvector } from "../math/eigenvector";
import { median } from "../math/statistics";
import { cholesky, solve } from "../probes/hessian";

export interface RfmOptions {
  /** how often M is learnt anew from the gradients */
  iterations?: number;
  /** of the Laplace kernel, in median distances between clips, measured anew with every M */
  bandwidth?: number;
  /** added to the kernel matrix's diagonal */
  ridge?: number;
}

/** One head's z of some clips. */
export interface Sample {
  x: Float64Array; // [clips, width]
  width: number;
  /** 1 with the trait, 0 without */
  labels: ArrayLike<number>; // [clips]
}

/**
 * The top eigenvector of the average gradient outer product (AGOP) of a recursive feature machine: MusicRFM's concept
 * direction (arXiv 2510.19127), by the algorithm of Radhakrishnan et al. (Science 383, 2024; arXiv 2212.13881).
 * M = I; again and again: kernel ridge regression of the label, f(x) = sum_i a_i exp(-|x - x_i|_M / L) with
 * |v|_M = sqrt(v M v), then M = average over clips of grad f grad f^T. M is scaled to a trace of `width` and L follows
 * the median distance, so that the units of z do not matter. Labels are -1 and 1, less their mean. Reference
 * implementation: aradha/recursive_feature_machines, rfm.py, which keeps L fixed instead.
 * @returns unit [width], turned so that clips with the trait lie further along it; zeros when nothing can be learnt
 * @throws RangeError on impossible options
 */
export function rfmDirection(
  sample: Sample,
  { iterations = 3, bandwidth = 1, ridge = 1e-3 }: RfmOptions = {},
): Float64Array {
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new RangeError(`rfm iterations: expected an integer from 1, found ${iterations}`);
  }
  for (const [name, value] of Object.entries({ bandwidth, ridge })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`rfm ${name}: expected a positive number, found ${value}`);
    }
  }
  const { x, width, labels } = sample;
  const signs = Float64Array.from(labels, (label) => (label > 0 ? 1 : -1));
  const centre = signs.reduce((sum, sign) => sum + sign, 0) / signs.length;
  const targets = signs.map((sign) => sign - centre);
  let metric = Matrix.eye(width); // M: [width, width]
  for (let i = 0; i < iterations; i++) {
    const product = agop(sample, targets, metric, { bandwidth, ridge });
    if (!product) return new Float64Array(width);
    metric = product;
  }
  const top = Float64Array.from(topEigenvector(metric));
  let along = 0;
  for (let n = 0; n < targets.length; n++) along += targets[n] * dot(x, n * width, top, 0, width);
  return along < 0 ? top.map((value) => -value) : top;
}

/** One fit and its AGOP, scaled to a trace of `width`; nothing when all clips are alike or the fit is flat. */
function agop(
  { x, width }: Sample,
  targets: Float64Array,
  metric: Matrix,
  { bandwidth, ridge }: { bandwidth: number; ridge: number },
): Matrix | undefined {
  const clips = targets.length;
  const distances = mahalanobis(x, width, metric); // lower triangle of [clips, clips]
  const apart: number[] = [];
  for (let i = 0; i < clips; i++) for (let j = 0; j < i; j++) apart.push(distances[i * clips + j]);
  const length = bandwidth * (apart.length > 0 ? median(apart) : 0);
  if (!(length > 0)) return undefined;
  const kernel = distances.map((distance) => Math.exp(-distance / length));
  const ridged = kernel.slice();
  for (let i = 0; i < clips; i++) ridged[i * clips + i] += ridge;
  const weights = targets.slice(); // a: [clips]
  solve(cholesky(ridged, clips, 0), weights, clips);

  // grad f(x_j) = M sum_i a_i s_ij (x_i - x_j), s_ij = k_ij / (L |x_i - x_j|_M)
  const pulls = new Float64Array(clips * width); // the sum
  for (let i = 0; i < clips; i++) {
    for (let j = 0; j < i; j++) {
      const distance = distances[i * clips + j];
      if (distance < 1e-10) continue; // the kernel has a kink there, whose two sides cancel
      const s = kernel[i * clips + j] / (length * distance);
      const onI = s * weights[j];
      const onJ = s * weights[i];
      for (let d = 0, a = i * width, b = j * width; d < width; d++, a++, b++) {
        const difference = x[a] - x[b];
        pulls[a] -= onI * difference;
        pulls[b] += onJ * difference;
      }
    }
  }
  const gradients = matrix(pulls, clips, width).mmul(metric); // [clips, width]
  const product = gradients.transpose().mmul(gradients); // [width, width]
  const trace = product.trace();
  return trace > 0 ? product.mul(width / trace) : undefined;
}

/** |x_i - x_j|_M of all clips: the lower triangle of [clips, clips], zeros elsewhere. */
function mahalanobis(x: Float64Array, width: number, metric: Matrix): Float64Array {
  const clips = x.length / width;
  const moved = Float64Array.from(matrix(x, clips, width).mmul(metric).to1DArray()); // M x: [clips, width]
  const squares = Float64Array.from({ length: clips }, (_, n) => dot(x, n * width, moved, n * width, width));
  const distances = new Float64Array(clips * clips);
  for (let i = 0; i < clips; i++) {
    for (let j = 0; j < i; j++) {
      const squared = squares[i] + squares[j] - 2 * dot(x, i * width, moved, j * width, width);
      distances[i * clips + j] = Math.sqrt(Math.max(0, squared));
    }
  }
  return distances;
}

function matrix(values: Float64Array, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, values);
}

function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[fromA + i] * b[fromB + i];
  return sum;
}
