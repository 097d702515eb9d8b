import assert from "node:assert/strict";

/**
 * Assert that two lists of numbers agree: the largest difference is within `tolerance` of the largest magnitude.
 * @returns that relative difference
 */
export function assertClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-4,
  what = "numbers",
): number {
  assert.equal(found.length, expected.length, `${what}: length`);
  let largest = 1e-12;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    const gap = Math.abs(found[i] - expected[i]);
    if (!(gap <= difference)) difference = gap;
  }
  assert.ok(
    difference <= tolerance * largest,
    `${what}: off by ${difference} where the largest is ${largest}`,
  );
  return difference / largest;
}
