import assert from "node:assert/strict";
import { test } from "node:test";
import { cosine } from "../../lib/math/cosine";
import { assertClose } from "../close";

test("the cosine depends on directions alone", () => {
  assert.equal(cosine([3, 4], [3, 4]), 1);
  assert.equal(cosine([3, 4], [-30, -40]), -1);
  assertClose(cosine([1, 0], new Float32Array([0.5, Math.sqrt(0.75)])), 0.5, 1e-7);
  assert.ok(Number.isNaN(cosine([0, 0], [1, 2])));
  assert.throws(() => cosine([1], [1, 2]), /vectors of one length, found 1 and 2/);
});
