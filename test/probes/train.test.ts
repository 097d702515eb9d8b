import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { HeadActivations } from "../../lib/probes/activations";
import { trainProbes } from "../../lib/probes/train";
import { assertClose } from "../close";
import { activations, clone } from "./activations";

const fixture = JSON.parse(readFileSync(join(__dirname, "../fixtures/probes.json"), "utf8"));

function fixtureActivations(): HeadActivations {
  return {
    ...activations({ songs: 2, pairsPerSong: 1 }),
    z: Float32Array.from(fixture.z),
    shape: fixture.shape,
    labels: Uint8Array.from(fixture.labels),
    pair: Int32Array.from(fixture.labels, (_, i) => i >> 1),
    group: Int32Array.from(fixture.song),
  };
}

for (const { l2, standardise, heads } of fixture.fits) {
  test(`coefficients and accuracies are scikit-learn's at l2 ${l2}, standardise ${standardise}`, () => {
    const probes = trainProbes(fixtureActivations(), { l2, standardise, folds: 5, seed: 3 });
    heads.forEach(
      (expected: { accuracy: number; weights: number[]; bias: number; sigma: number }, i: number) => {
        const found = probes.heads[i];
        assertClose(found.accuracy, expected.accuracy, 1e-9, `head ${i}: accuracy`);
        expected.weights.forEach((weight, k) => {
          assertClose(found.weight * found.theta[k], weight, { ofEach: 1e-4 }, `head ${i}: weight ${k}`);
        });
        assertClose(found.bias, expected.bias, { ofEach: 1e-4 }, `head ${i}: bias`);
        assertClose(found.sigma, expected.sigma, { ofEach: 1e-4 }, `head ${i}: sigma`);
      },
    );
  });
}

test("the reference engine finds the same direction and accuracies where the penalty is negligible", () => {
  const data = activations({ songs: 5, pairsPerSong: 12, layers: 1, heads: 2, headDim: 3, separation: 1.5 });
  const newton = trainProbes(data, { l2: 1e-6 });
  const reference = trainProbes(data, { engine: "ml-logistic-regression" });
  assert.equal(reference.training.engine, "ml-logistic-regression");
  newton.heads.forEach((head, i) => {
    const other = reference.heads[i];
    assertClose(head.weight, other.weight, { ofEach: 1e-3 }, "weight");
    assertClose(head.bias, other.bias, { ofEach: 1e-3 }, "bias");
    assert.ok(cosine(head.theta, other.theta) > 1 - 1e-6);
    assert.equal(head.accuracy, other.accuracy);
  });
});

test("a planted direction is found: theta and mass-mean point to it, sigma is the spread along them", () => {
  const data = activations({ songs: 40, pairsPerSong: 4, layers: 2, heads: 2, headDim: 4, separation: 3 });
  const probes = trainProbes(data);
  const [clips, layers, heads, headDim] = data.shape;
  for (const probe of probes.heads) {
    // the planted direction of head (l, h) is axis (l + h) % headDim, of head (0, 0) no direction at all
    const axis = (probe.layer + probe.head) % headDim;
    assertClose(Math.hypot(...probe.theta), 1, { ofEach: 1e-6 }, "length of theta");
    assertClose(Math.hypot(...probe.massMean), 1, { ofEach: 1e-6 }, "length of massMean");
    for (const [direction, sigma] of [
      [probe.theta, probe.sigma],
      [probe.massMean, probe.massMeanSigma],
    ] as const) {
      const at = (clip: number) => ((clip * layers + probe.layer) * heads + probe.head) * headDim;
      const along = Array.from({ length: clips }, (_, clip) =>
        direction.reduce((sum, value, i) => sum + value * data.z[at(clip) + i], 0),
      );
      const mean = along.reduce((a, b) => a + b, 0) / clips;
      assertClose(
        sigma,
        Math.sqrt(along.reduce((sum, v) => sum + (v - mean) ** 2, 0) / clips),
        { ofEach: 1e-4 },
        "sigma",
      );
    }
    if (probe.layer + probe.head === 0) {
      assert.ok(probe.accuracy < 0.65);
    } else {
      assert.ok(probe.theta[axis] > 0.95 && probe.massMean[axis] > 0.95);
      assert.ok(
        probe.accuracy > 0.88 && probe.interval[0] < probe.accuracy && probe.accuracy < probe.interval[1],
      );
    }
  }
  assert.ok(probes.monitor.with > 0.7 && probes.monitor.without < 0.3);
  const best = probes.top(2);
  assert.deepEqual([best.heads.length, best.statistics.count], [2, 4]);
  assert.ok(best.heads[0].accuracy >= best.heads[1].accuracy);
  assert.throws(() => probes.top(5), /from 1 to 4/);
});

test("accuracy is out of fold: pure noise in many dimensions stays near a half", () => {
  const probes = trainProbes(activations({ songs: 60, pairsPerSong: 1, headDim: 48, separation: 0 }), {
    l2: 0.1,
  });
  for (const { accuracy } of probes.heads)
    assert.ok(accuracy > 0.3 && accuracy < 0.7, `accuracy ${accuracy}`);
});

test("a seed fixes the result", () => {
  const data = activations({ songs: 12, pairsPerSong: 2 });
  const heads = (seed: number) => JSON.stringify(trainProbes(data, { seed }).heads);
  assert.equal(heads(1), heads(1));
  assert.notEqual(heads(1), heads(2));
});

test("separable clips, a constant head and a constant dimension are fitted", () => {
  const data = activations({ songs: 10, pairsPerSong: 2, layers: 1, heads: 3, headDim: 4, separation: 1e4 });
  for (let clip = 0; clip < data.shape[0]; clip++) {
    data.z.fill(0.1, (clip * 3 + 1) * 4, (clip * 3 + 2) * 4); // head 1: constant
    data.z[(clip * 3 + 2) * 4] = -7; // head 2: one dimension constant
  }
  const [, constant, partly] = trainProbes(data).heads;
  assert.deepEqual([...constant.theta, constant.sigma, constant.weight], [0, 0, 0, 0, 0, 0]);
  assert.ok(constant.accuracy <= 0.5);
  assert.equal(partly.theta[0], 0);
  assert.equal(partly.accuracy, 1);
});

test("separable clips with hardly any penalty, on any scale, converge", () => {
  for (const [scale, l2] of [
    [33.5, 6e-5],
    [150, 3e-6],
  ]) {
    const data = activations({ songs: 5, pairsPerSong: 3, headDim: 12, separation: 0.09, seed: 13 });
    data.z = data.z.map((value) => value * scale);
    const probes = trainProbes(data, { l2, standardise: false });
    assert.ok(probes.heads.every(({ weight }) => Number.isFinite(weight) && weight > 0));
  }
});

test("with fewer songs than folds each song is a fold; ten pairs are enough", () => {
  const probes = trainProbes(activations({ songs: 3, pairsPerSong: 3, separation: 5 }), { folds: 5 });
  assert.equal(probes.training.folds, 3);
});

test("unusable activations and options end in one clear error", () => {
  const data = activations({ songs: 4, pairsPerSong: 2, layers: 2, heads: 2, headDim: 3 });
  const broken = (change: (copy: HeadActivations) => void) => {
    const copy = clone(data);
    change(copy);
    return () => trainProbes(copy);
  };
  const nan = (copy: HeadActivations) => {
    copy.z[((5 * 2 + 1) * 2 + 1) * 3 + 2] = Number.NaN;
  };
  assert.throws(broken(nan), /z is NaN at clip 5, layer 1, head 1/);
  assert.throws(
    broken((copy) => copy.z.fill(Number.POSITIVE_INFINITY)),
    /z is Infinity at clip 0, layer 0, head 0/,
  );
  assert.throws(
    broken((copy) => copy.labels.fill(1)),
    /found 16 with, 0 without/,
  );
  assert.throws(
    broken((copy) => copy.group!.fill(3)),
    /at least 2 songs, found 1/,
  );
  assert.throws(
    broken((copy) => copy.group!.set([99])),
    /pair 0 lies in two songs/,
  );
  assert.throws(
    broken((copy) => Object.assign(copy, { shape: [16, 2, 2, 4] })),
    /needs 256 values of z, found 192/,
  );
  assert.throws(
    broken((copy) => Object.assign(copy, { pair: new Int32Array(2) })),
    /pair needs one entry/,
  );
  assert.throws(() => trainProbes(data, { l2: 0 }), /l2: expected a positive number, found 0/);
  assert.throws(() => trainProbes(data, { l2: Number.NaN }), /l2/);
  assert.throws(() => trainProbes(data, { monitorHeads: 5 }), /monitorHeads: expected .* from 1 to 4/);
  assert.throws(() => trainProbes(data, { folds: 1 }), /folds: expected at least 2/);
  assert.throws(() => trainProbes(data, { engine: "svm" as "newton" }), /engine/);
});

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
