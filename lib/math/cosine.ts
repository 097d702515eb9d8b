/**
 * Cosine of the angle between two directions; of unit vectors, such as probes' thetas, their product.
 * @returns NaN when one of them is all zeros
 * @throws RangeError on vectors of different lengths
 */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length)
    throw new RangeError(`cosine: expected vectors of one length, found ${a.length} and ${b.length}`);
  let [along, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    along += a[i] * b[i];
    squareA += a[i] ** 2;
    squareB += b[i] ** 2;
  }
  return along / Math.sqrt(squareA * squareB);
}
