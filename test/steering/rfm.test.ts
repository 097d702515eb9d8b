import assert from "node:assert/strict";
import { test } from "node:test";
import { inverse, Matrix } from "ml-matrix";
import { normal, random } from "../../lib/math/random";
import { rfmDirection, type Sample } from "../../lib/steering/rfm";
import { assertClose } from "../close";

/** Clips whose label follows a bent function of one direction, beside a stronger direction that says nothing. */
function bent(clips: number, seed = 3): { sample: Sample; truth: Float64Array } {
  const uniform = random(seed);
  const width = 4;
  const truth = Float64Array.of(0.6, -0.8, 0, 0);
  const x = Float64Array.from(
    { length: clips * width },
    (_, i) => normal(uniform) * (i % width === 3 ? 3 : 1),
  );
  const labels = Array.from({ length: clips }, (_, n) => {
    const along = truth.reduce((sum, value, d) => sum + value * x[n * width + d], 0);
    return Math.tanh(2 * along) + along ** 3 > 0 ? 1 : 0;
  });
  return { sample: { x, width, labels }, truth };
}

/**
 * The algorithm as it is written: kernel by definition, weights by an inverse, gradients by differences.
 * @returns M after so many iterations
 */
function plain({ x, width, labels }: Sample, iterations: number, bandwidth: number, ridge: number): Matrix {
  const points = Array.from(labels, (_, n) => Array.from(x.subarray(n * width, (n + 1) * width)));
  const mean =
    labels.length > 0 ? points.reduce((sum, _, n) => sum + 2 * labels[n] - 1, 0) / points.length : 0;
  const targets = Matrix.columnVector(points.map((_, n) => 2 * labels[n] - 1 - mean));
  let metric = Matrix.eye(width);
  for (let i = 0; i < iterations; i++) {
    const distance = (a: number[], b: number[]) => {
      const v = Matrix.rowVector(a.map((value, d) => value - b[d]));
      return Math.sqrt(Math.max(0, v.mmul(metric).mmul(v.transpose()).get(0, 0)));
    };
    const pairs = points.flatMap((a, m) => points.slice(m + 1).map((b) => distance(a, b)));
    pairs.sort((a, b) => a - b);
    const half = pairs.length / 2;
    const middle = pairs.length % 2 ? pairs[Math.floor(half)] : (pairs[half - 1] + pairs[half]) / 2;
    const length = bandwidth * middle;
    const kernel = new Matrix(points.map((a) => points.map((b) => Math.exp(-distance(a, b) / length))));
    const weights = inverse(Matrix.add(kernel, Matrix.eye(points.length).mul(ridge))).mmul(targets);
    const f = (at: number[]) =>
      points.reduce((sum, b, n) => sum + weights.get(n, 0) * Math.exp(-distance(at, b) / length), 0);
    const h = 1e-5;
    const moved = (at: number[], axis: number, by: number) => at.map((v, d) => (d === axis ? v + by : v));
    const gradients = new Matrix(
      points.map((at) => at.map((_, d) => (f(moved(at, d, h)) - f(moved(at, d, -h))) / (2 * h))),
    );
    metric = gradients.transpose().mmul(gradients);
    metric.mul(width / metric.trace());
  }
  return metric;
}

test("the direction is the top eigenvector of the AGOP, as differences of the fitted function give it", () => {
  const { sample } = bent(14);
  for (const [iterations, bandwidth, ridge] of [
    [1, 1, 1e-2],
    [2, 0.7, 1e-1],
  ]) {
    const found = rfmDirection(sample, { iterations, bandwidth, ridge });
    const metric = plain(sample, iterations, bandwidth, ridge);
    const moved = metric.mmul(Matrix.columnVector(Array.from(found))).to1DArray();
    const value = Math.hypot(...moved);
    assertClose(
      moved.map((v) => v / value),
      found,
      1e-4,
    ); // an eigenvector,
    assert.ok(value > metric.trace() / 2, `of eigenvalue ${value}`); // and more than half of the trace: the top one
  }
});

test("it finds the direction that the label depends on, towards the label, beside a stronger idle one", () => {
  const { sample, truth } = bent(160);
  const found = rfmDirection(sample);
  const cosine = truth.reduce((sum, value, d) => sum + value * found[d], 0);
  assert.ok(cosine > 0.95, `cosine ${cosine}`);
  assertClose(Math.hypot(...found), 1, 1e-9);
  const turned = rfmDirection({ ...sample, labels: Array.from(sample.labels, (label) => 1 - label) });
  assertClose(
    turned.map((value) => -value),
    found,
    1e-6,
  );
  assert.deepEqual(rfmDirection(sample), found); // deterministic
  const larger = rfmDirection({ ...sample, x: sample.x.map((value) => 1000 * value) });
  assertClose(larger, found, 1e-6); // units of z don't matter
});

test("clips that are all alike, or of one class, give no direction", () => {
  const alike = { x: new Float64Array(12).fill(2), width: 3, labels: [0, 1, 0, 1] };
  assert.deepEqual(Array.from(rfmDirection(alike)), [0, 0, 0]);
  const { sample } = bent(8);
  assert.ok(rfmDirection({ ...sample, labels: new Array(8).fill(1) }).every((value) => value === 0));
});

test("impossible options end in one clear error", () => {
  const { sample } = bent(8);
  assert.throws(() => rfmDirection(sample, { iterations: 0 }), /rfm iterations: expected an integer from 1/);
  assert.throws(() => rfmDirection(sample, { bandwidth: 0 }), /rfm bandwidth: expected a positive number/);
  assert.throws(() => rfmDirection(sample, { ridge: Number.NaN }), /rfm ridge/);
});
