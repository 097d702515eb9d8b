import { EigenvalueDecomposition, type Matrix } from "ml-matrix";

/** The eigenvector of a symmetric matrix's largest eigenvalue: unit, of either sign. */
export function topEigenvector(symmetric: Matrix): number[] {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  return eigenvectorMatrix.getColumn(realEigenvalues.indexOf(Math.max(...realEigenvalues)));
}
