import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { startBackend, tf } from "../../lib/engine";

test("tensors have every method that @tensorflow/tfjs gives them", async () => {
  const folder = join(dirname(require.resolve("@tensorflow/tfjs-core")), "public/chained_ops");
  const files = readdirSync(folder).filter((name) => /^(?!.*_test|register).*\.js$/.test(name));
  assert.ok(files.length > 100);
  const methods = Object.keys(tf.Tensor.prototype).map((name) => name.toLowerCase());
  const named = (file: string) => file.replace(".js", "").replaceAll("_", "").toLowerCase();
  assert.deepEqual(
    files.filter((file) => !methods.includes(named(file))),
    [],
  );
});

test("methods that are not a function's first argument do what their names say", async () => {
  await startBackend("cpu");
  const x = tf.tensor1d([1, 2, 3, 4]);
  const values = (tensor: tf.Tensor) => [...tensor.dataSync()];
  assert.deepEqual(x.as2D(2, 2).shape, [2, 2]);
  assert.deepEqual(x.reshapeAs(tf.zeros([4, 1])).shape, [4, 1]);
  assert.deepEqual(values(x.concat(tf.tensor1d([5]))), [1, 2, 3, 4, 5]);
  assert.deepEqual(x.stack([x, x]).shape, [3, 4]);
  assert.deepEqual(values(x.where(x.greater(2), tf.zerosLike(x))), [0, 0, 3, 4]);
  assert.equal(x.toInt().dtype, "int32");
  assert.equal(x.sum().asScalar().dataSync()[0], 10);
  assert.throws(() => x.asScalar(), /must have only 1 element/);
  assert.deepEqual(x.as4D(1, 2, 2, 1).as3D(2, 2, 1).resizeBilinear([4, 4]).shape, [4, 4, 1]);
  x.dispose();
  assert.throws(() => x.add(1), /disposed/);
});

test("gradients are there when they are asked for", async () => {
  await startBackend("cpu");
  const slope = tf.grad((x) => x.square().mul(3).sum());
  assert.deepEqual([...slope(tf.tensor1d([1, 2])).dataSync()], [6, 12]);
});
