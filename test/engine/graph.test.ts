import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { tf } from "../../lib/engine";
import { assertClose } from "../close";
import { onNative, operations, traceGraph } from "./native";

const skip = onNative();

test("a traced function gives what it gave, for other numbers and other lengths too", { skip }, () => {
  const { splitBy } = operations();
  assert.ok(splitBy);
  const weight = tf.tensor2d([1, -2, 3, 4], [2, 2]);
  const body = ([x, lengths]: tf.Tensor[]) =>
    tf.tidy(() => {
      const y = tf.softmax(tf.add(tf.mul(tf.matMul(x, weight), x), 0.5)); // [rows, 2]
      const columns = tf.concat([y, tf.neg(y)], 1);
      return [y, ...splitBy(columns, lengths as tf.Tensor1D), tf.reshape(x, [-1])];
    });
  const inputs = (rows: number, lengths: number[]) => [
    tf.tensor2d(
      Array.from({ length: 2 * rows }, (_, i) => i - 1.5),
      [rows, 2],
    ),
    tf.tensor1d(lengths, "int32"),
  ];
  const first = inputs(1, [1, 3]);
  const { graph, outputs } = traceGraph(first, body);
  assert.deepEqual(numbers(outputs), numbers(body(first)));
  for (const other of [inputs(1, [2, 2]), inputs(5, [3, 1])]) {
    const [found, expected] = [graph.run(other), body(other)];
    assert.deepEqual(shapes(found), shapes(expected));
    assertClose(numbers(found).flat(), numbers(expected).flat(), { ofLargest: 1e-6 }); // a graph's arithmetic may take another order
  }
  graph.dispose();
});

test("nothing is left behind: no tensor, no folder", { skip }, () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("smitin-graph-"));
  const x = tf.tensor1d([1, 2, 3]);
  const before = tf.memory().numTensors;
  const { graph, outputs } = traceGraph([x], ([value]) => tf.tidy(() => [tf.add(tf.square(value), 1)]));
  assert.deepEqual(folders(), []);
  tf.dispose([...outputs, ...graph.run([x])]);
  assert.equal(tf.memory().numTensors, before);
  graph.dispose();
  assert.throws(() => graph.run([x]));
});

test("a body that fails leaves the engine as it was", { skip }, () => {
  const x = tf.scalar(2);
  assert.throws(() => traceGraph([x], () => assert.fail("no")), /no/);
  assert.equal(tf.square(x).dataSync()[0], 4);
});

function numbers(tensors: tf.Tensor[]): number[][] {
  return tensors.map((tensor) => [...tensor.dataSync()]);
}

function shapes(tensors: tf.Tensor[]): number[][] {
  return tensors.map(({ shape }) => shape);
}
