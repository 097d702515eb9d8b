import assert from "node:assert/strict";
import { test } from "node:test";
import { currentEngine, startBackend, tf } from "../../lib/engine";
import "../../lib/native/engine";

test("the first operation starts the wasm engine at once, with its kernels", async () => {
  const x = tf.tensor2d([[1, 2]]);
  assert.equal(tf.getBackend(), "wasm");
  const engine = currentEngine();
  assert.equal(engine.name, "wasm");
  assert.ok(Number.isFinite(engine.weightBytes));
  assert.deepEqual(engine.createLinear(Float32Array.of(3, 4), 2, 1).apply(x).arraySync(), [[11]]);
  await startBackend();
  assert.equal(currentEngine(), engine);
  assert.deepEqual(x.arraySync(), [[1, 2]]);
});

test("it leaves the process's listeners as they are, when it starts and when it is disposed of", async () => {
  const heard = () => {};
  const events = ["uncaughtException", "unhandledRejection"] as const;
  for (const event of events) process.on(event, heard);
  const listeners = () => events.map((event) => process.listeners(event as never));
  const before = listeners();
  tf.removeBackend("wasm");
  assert.deepEqual(listeners(), before);
  await startBackend("wasm");
  assert.deepEqual(listeners(), before);
  assert.equal(tf.scalar(2).square().arraySync(), 4);
  assert.deepEqual(
    ["on", "listeners"].filter((name) => Object.hasOwn(process, name)),
    [],
  );
  for (const event of events) process.off(event, heard);
});
