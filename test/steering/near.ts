import assert from "node:assert/strict";

/** Equal, number by number, up to single precision. */
export function near(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-6): void {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < found.length; i++) {
    assert.ok(
      Math.abs(found[i] - expected[i]) < tolerance,
      `at ${i}: expected ${expected[i]}, found ${found[i]}`,
    );
  }
}
