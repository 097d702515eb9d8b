import assert from "node:assert/strict";
import { test } from "node:test";
import { delay, promptPositions, undelay, unknown } from "../../lib/model/generate/delay";

const P = 99;
const u = unknown;

test("the pattern of transformers' documentation: 4 codebooks, a prompt of 2 frames", () => {
  const prompt = [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ].map((row) => Int32Array.from(row));
  const delayed = delay(prompt, 4, P).map((row) => [...row]);
  assert.deepEqual(delayed, [
    [P, 1, 2, u, u, P, P, P],
    [P, P, 3, 4, u, u, P, P],
    [P, P, P, 5, 6, u, u, P],
    [P, P, P, P, 7, 8, u, u],
  ]);
  assert.equal(promptPositions(2), 3); // the first unknown place of codebook 0
});

test("any number of codebooks, and back again", () => {
  for (const codebooks of [1, 2, 8]) {
    for (const frames of [0, 1, 5]) {
      const grid = Array.from({ length: codebooks }, (_, k) =>
        Int32Array.from({ length: frames }, (_, f) => 10 * k + f),
      );
      const delayed = delay(grid, frames, P);
      assert.ok(delayed.every((row) => row.length === frames + codebooks && !row.includes(unknown)));
      assert.deepEqual(undelay(delayed), grid);
    }
  }
});
