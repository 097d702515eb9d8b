import assert from "node:assert/strict";
import { test } from "node:test";
import { isStarted, tf } from "../../lib/engine";

test("the first operation asks for an engine where starting one takes a wait, and takes no other", async () => {
  assert.throws(() => tf.ones([2]), {
    message: "expected an engine in use, found none: `await startBackend()` before the first operation",
  });
  assert.equal(isStarted(), false);
  await tf.ready();
  assert.equal(tf.getBackend(), "wasm");
  assert.deepEqual(tf.ones([2]).add(1).arraySync(), [2, 2]);
});
