import assert from "node:assert/strict";
import { before, test } from "node:test";
import { currentEngine, startBackend, tf } from "../../lib/engine";
import { isNativeLinked } from "../../lib/native/engine";

const skip = isNativeLinked() ? undefined : "the native engine is not installed (`npm run native`)";
before(() => {
  process.env.CUDA_VISIBLE_DEVICES = "-1"; // as on a machine without a card
});

test("gpu without a graphics card is refused, and no engine is left in its place; node runs on the processor", {
  skip,
}, async () => {
  const message =
    /^Error: SMITIN_BACKEND=gpu: expected a graphics card that TensorFlow can use, found none\. /;
  await assert.rejects(startBackend("gpu"), message);
  await assert.rejects(startBackend("gpu"), message);
  assert.ok(!tf.engine().backendName);
  assert.equal(await startBackend("node"), "node");
  const { name, device } = currentEngine();
  assert.deepEqual([name, device], ["tensorflow", "processor"]);
});

test("a number of threads that is none is refused before an engine starts", async () => {
  for (const wanted of ["0", "two", "1.5", "-1"]) {
    process.env.SMITIN_THREADS = wanted;
    await assert.rejects(startBackend("node"), {
      message: `SMITIN_THREADS: expected a number of threads from 1 to 999, found "${wanted}"`,
    });
  }
  delete process.env.SMITIN_THREADS;
});
