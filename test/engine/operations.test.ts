import assert from "node:assert/strict";
import { test } from "node:test";
import { tf } from "../../lib/engine";
import { normal, random } from "../../lib/math/random";
import { assertClose } from "../close";
import { onNative, operations, traceGraph } from "./native";

const skip = onNative();
const uniform = random(1);

/** What a plain loop gives, summed in double precision. [rows, depth] x [depth, columns] + [columns] -> [rows x columns] */
function byHand(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): number[] {
  const [rows, depth] = x.shape;
  const columns = weight.shape[1] as number;
  const [a, b, c] = [x.dataSync(), weight.dataSync(), bias?.dataSync()];
  return Array.from({ length: rows * columns }, (_, i) => {
    let sum = c?.[i % columns] ?? 0;
    for (let k = 0; k < depth; k++)
      sum += a[Math.floor(i / columns) * depth + k] * b[k * columns + (i % columns)];
    return sum;
  });
}

function made<T extends tf.Tensor>(...shape: number[]): T {
  const count = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: count }, () => normal(uniform)),
    shape,
  ) as T;
}

test("a product is what its formula says, called alone and in a graph, small and large", { skip }, () => {
  for (const [rows, depth, columns] of [
    [1, 16, 8],
    [7, 9, 41],
    [1, 512, 1024], // a vector times a large matrix
    [1, 1030, 513],
    [3, 512, 1024],
  ]) {
    const x = made<tf.Tensor2D>(rows, depth);
    const weight = made<tf.Tensor2D>(depth, columns);
    const bias = made<tf.Tensor1D>(columns);
    const { product } = operations();
    const body = ([input]: tf.Tensor[]) => [
      product(input as tf.Tensor2D, weight),
      product(input as tf.Tensor2D, weight, bias),
    ];
    const { graph, outputs } = traceGraph([x], body);
    const expected = [byHand(x, weight), byHand(x, weight, bias)];
    for (const found of [outputs, graph.run([x])])
      for (const [i, tensor] of found.entries()) {
        assert.deepEqual(tensor.shape, [rows, columns]);
        assertClose([...tensor.dataSync()], expected[i], { ofLargest: 1e-4 });
      }
    graph.dispose();
  }
});

test("products and softmax on the spot are TensorFlow.js's own, to a rounding", { skip }, () => {
  const { matMul, softmax } = operations();
  for (const rows of [1, 3, 70]) {
    const query = made<tf.Tensor4D>(rows, 2, 1, 5);
    const keys = made<tf.Tensor4D>(rows, 2, 9, 5);
    const scores = matMul(query, keys, true);
    assertClose([...scores.dataSync()], [...tf.matMul(query, keys, false, true).dataSync()], {
      ofLargest: 1e-5,
    });
    const shares = softmax(tf.mul<tf.Tensor4D>(scores, 30)); // far enough apart to overflow if nothing were taken off
    assertClose([...shares.dataSync()], [...tf.softmax(tf.mul(scores, 30)).dataSync()], { ofLargest: 1e-6 });
    assertClose([...matMul(shares, keys).dataSync()], [...tf.matMul(shares, keys).dataSync()], {
      ofLargest: 1e-5,
    });
  }
  const hidden = tf.tensor2d([[-1e9, 2, -1e9]]);
  assert.deepEqual([...softmax(hidden).dataSync()], [0, 1, 0]);
});
