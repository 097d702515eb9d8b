import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** A multivariate normal distribution fitted to vectors. */
export interface Gaussian {
  mean: Float64Array; // [dimension]
  covariance: Matrix; // [dimension, dimension]
  /** How much of the covariance was replaced, 0 to 1. */
  shrinkage: number;
}

/** A share in [0, 1], or the share that Ledoit & Wolf (2004) estimate from the vectors. */
export type Shrinkage = number | "ledoit-wolf";

/**
 * Mean and covariance (divided by n - 1, as numpy.cov) of vectors.
 * @param shrinkage the share s of the covariance that is replaced by its mean variance on the diagonal:
 * (1 - s) S + s tr(S) / dimension I, which is never singular. "ledoit-wolf" estimates s as scikit-learn does
 * @throws RangeError for fewer than two vectors or a share outside [0, 1]
 */
export function gaussian(vectors: readonly Float32Array[], shrinkage: Shrinkage = 0): Gaussian {
  const n = vectors.length;
  if (n < 2) throw new RangeError(`a covariance needs at least two vectors, found ${n}`);
  const dimension = vectors[0].length;
  const mean = new Float64Array(dimension);
  for (const vector of vectors) for (let i = 0; i < dimension; i++) mean[i] += vector[i] / n;
  const centred = new Float64Array(n * dimension); // [n, dimension]
  vectors.forEach((vector, row) => {
    for (let i = 0; i < dimension; i++) centred[row * dimension + i] = vector[i] - mean[i];
  });
  const covariance = Matrix.zeros(dimension, dimension);
  for (let i = 0; i < dimension; i++) {
    for (let j = i; j < dimension; j++) {
      let sum = 0;
      for (let at = 0; at < centred.length; at += dimension) sum += centred[at + i] * centred[at + j];
      covariance.set(i, j, sum / (n - 1));
      covariance.set(j, i, sum / (n - 1));
    }
  }
  const share = shrinkage === "ledoit-wolf" ? ledoitWolf(centred, covariance) : shrinkage;
  if (!(share >= 0 && share <= 1))
    throw new RangeError(`shrinkage: expected 0 to 1 or "ledoit-wolf", found ${shrinkage}`);
  if (share > 0) {
    const variance = covariance.trace() / dimension;
    covariance.mul(1 - share);
    for (let i = 0; i < dimension; i++) covariance.set(i, i, covariance.get(i, i) + share * variance);
  }
  return { mean, covariance, shrinkage: share };
}

/**
 * The Frechet distance to a fixed normal distribution, |m - m'|^2 + tr(S + S' - 2 (S S')^(1/2)) (Dowson & Landau 1982).
 * tr (S S')^(1/2) is the sum of the roots of the eigenvalues of the symmetric R^T S' R, where R R^T = S; R is found once.
 */
export function frechetTo(reference: Gaussian): (other: Gaussian) => number {
  const { eigenvectorMatrix, realEigenvalues } = decompose(reference.covariance);
  const largest = Math.max(...realEigenvalues);
  const kept = realEigenvalues.flatMap((value, i) => (value > 1e-12 * largest ? [i] : []));
  const root = Matrix.zeros(reference.covariance.rows, Math.max(1, kept.length)); // R: [dimension, rank]
  kept.forEach((from, to) => {
    const column = eigenvectorMatrix.getColumn(from).map((x) => x * Math.sqrt(realEigenvalues[from]));
    root.setColumn(to, column);
  });
  const transposed = root.transpose();
  return ({ mean, covariance }) => {
    const product = transposed.mmul(covariance).mmul(root); // [rank, rank]
    const roots = decompose(product.add(product.transpose()).mul(0.5)).realEigenvalues;
    const shared = roots.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
    const apart = mean.reduce((sum, x, i) => sum + (x - reference.mean[i]) ** 2, 0);
    return apart + covariance.trace() + reference.covariance.trace() - 2 * shared;
  };
}

function decompose(symmetric: Matrix): EigenvalueDecomposition {
  return new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
}

/** The optimal share (Ledoit & Wolf 2004, lemma 3.2-3.5), from centred vectors [n, dimension] and their covariance. */
function ledoitWolf(centred: Float64Array, covariance: Matrix): number {
  const dimension = covariance.rows;
  const n = centred.length / dimension;
  const biased = (n - 1) / n; // theirs is divided by n
  const variance = (biased * covariance.trace()) / dimension;
  const squares = biased ** 2 * covariance.to1DArray().reduce((sum, x) => sum + x * x, 0);
  let fourth = 0; // sum over vectors of |x|^4
  for (let at = 0; at < centred.length; at += dimension) {
    let length = 0;
    for (let i = at; i < at + dimension; i++) length += centred[i] ** 2;
    fourth += length ** 2;
  }
  const noise = (fourth / n - squares) / n;
  const spread = squares - dimension * variance ** 2;
  return spread > 0 ? Math.max(0, Math.min(1, noise / spread)) : 0;
}
