import assert from "node:assert/strict";

/**
 * How near is near enough: a number, for the difference itself; `ofEach`, a share of the number expected, or of 1 where that is
 * less; or `ofLargest`, a share of the largest magnitude expected.
 */
export type Tolerance = number | { ofEach: number } | { ofLargest: number };

/** Assert that a number, or each of a list of numbers, is close to the one expected. @param what they are, for the message */
export function assertClose(
  found: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
  tolerance: Tolerance,
  what = "numbers",
): void {
  const [here, there] = [found, expected].map(listOf);
  assert.equal(here.length, there.length, `${what}: how many`);
  const allowed = allowance(there, tolerance);
  for (let i = 0; i < there.length; i++) {
    const difference = Math.abs(here[i] - there[i]);
    assert.ok(
      difference < allowed(there[i]),
      `${what}: expected ${there[i]} within ${allowed(there[i])}, found ${here[i]} (at ${i})`,
    );
  }
}

function listOf(numbers: number | ArrayLike<number>): ArrayLike<number> {
  return typeof numbers === "number" ? [numbers] : numbers;
}

function allowance(expected: ArrayLike<number>, tolerance: Tolerance): (value: number) => number {
  if (typeof tolerance === "number") return () => tolerance;
  if ("ofEach" in tolerance) return (value) => tolerance.ofEach * Math.max(1, Math.abs(value));
  let largest = 1e-12;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]));
  return () => tolerance.ofLargest * largest;
}
