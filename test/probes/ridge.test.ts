import assert from "node:assert/strict";
import { test } from "node:test";
import type { ValueActivations } from "../../lib/probes/activations";
import { decodeProbes, encodeProbes } from "../../lib/probes/format";
import { trainRidgeProbes } from "../../lib/probes/ridge";
import { trainProbes } from "../../lib/probes/train";
import { iti, smitin } from "../../lib/steering/methods";
import { assertClose } from "../close";
import { activations } from "./activations";
import { fixture, fixtureActivations } from "./ridgeFixture";

for (const { l2, standardise, heads } of fixture.fits) {
  test(`coefficients, R^2 and r are scikit-learn's at l2 ${l2}, standardise ${standardise}`, () => {
    const probes = trainRidgeProbes(fixtureActivations(), { l2, standardise, resamples: 20 });
    assertClose(probes.scale!.mean, fixture.mean, { ofEach: 1e-6 }, "mean");
    assertClose(probes.scale!.std, fixture.std, { ofEach: 1e-6 }, "std");
    heads.forEach(
      (
        expected: Record<"r2" | "r" | "accuracy" | "bias" | "sigma", number> & { weights: number[] },
        i: number,
      ) => {
        const found = probes.heads[i];
        assertClose(found.fit!.r2, expected.r2, { ofEach: 1e-6 }, `head ${i}: r2`);
        assertClose(found.fit!.r, expected.r, { ofEach: 1e-6 }, `head ${i}: r`);
        assertClose(found.accuracy, expected.accuracy, { ofEach: 1e-9 }, `head ${i}: accuracy`);
        assertClose(found.bias, expected.bias, { ofEach: 1e-5 }, `head ${i}: bias`);
        assertClose(found.sigma, expected.sigma, { ofEach: 1e-5 }, `head ${i}: sigma`);
        expected.weights.forEach((weight, k) => {
          assertClose(found.weight * found.theta[k], weight, { ofEach: 1e-5 }, `head ${i}: weight ${k}`);
        });
      },
    );
  });
}

test("intervals hold the estimate, widen with fewer songs, and a seed fixes them", () => {
  const data = fixtureActivations();
  const [a, b, c] = [1, 1, 2].map((seed) => trainRidgeProbes(data, { seed, folds: 5 }).heads);
  assert.deepEqual(a, b);
  assert.notDeepEqual(a[1].fit!.r2Interval, c[1].fit!.r2Interval);
  for (const { fit } of a) {
    assert.ok(fit!.r2Interval[0] <= fit!.r2 && fit!.r2 <= fit!.r2Interval[1]);
    assert.ok(fit!.rInterval[0] <= fit!.r && fit!.r <= fit!.rInterval[1]);
  }
  assert.ok(a[3].fit!.r2 > 0.95);
  assert.ok(a[0].fit!.r2 < 0.2);
});

test("a file of ridge probes comes back exactly; one without scale or fit is refused", () => {
  const probes = trainRidgeProbes(fixtureActivations(), { resamples: 20 });
  const text = encodeProbes(probes);
  const back = decodeProbes(text, "tempo.json");
  assert.deepEqual({ ...back, top: undefined }, { ...probes, top: undefined });
  assert.equal(back.top(1).heads[0].fit!.r2, Math.max(...probes.heads.map(({ fit }) => fit!.r2)));
  const refuses = (
    change: (json: { kind: string; scale?: unknown; heads: { fit?: { r: number } }[] }) => void,
    message: RegExp,
  ) => {
    const json = JSON.parse(text);
    change(json);
    assert.throws(() => decodeProbes(JSON.stringify(json), "p.json"), message);
  };
  refuses((json) => delete json.scale, /p\.json: scale: expected an object, found nothing/);
  refuses((json) => delete json.heads[2].fit, /heads\[2\]\.fit: expected an object, found nothing/);
  refuses(
    (json) => Object.assign(json.heads[0].fit!, { r: 2 }),
    /heads\[0\]\.fit\.r: expected a number from -1 to 1, found 2/,
  );
  const plain = encodeProbes(trainProbes(activations({ songs: 4, pairsPerSong: 2 })));
  assert.match(plain, /"kind": "smitin-probes"/);
  assert.ok(!plain.includes('"scale"') && !plain.includes('"fit"'));
});

test("ridge probes steer as any others: towards more of the trait", () => {
  const probes = trainRidgeProbes(fixtureActivations(), { resamples: 20 });
  const { vectors } = iti(probes, { topK: 1, alpha: 2 }).plan.channels[0];
  assert.equal(vectors.length, 1);
  const [{ layer, head, vector }] = vectors;
  const probe = probes.heads.find((each) => each.layer === layer && each.head === head)!;
  const raised = probe.weight * vector.reduce((sum, value, i) => sum + value * probe.theta[i], 0);
  assert.ok(Math.abs(raised - 2 * probe.weight * probe.sigma) < 1e-4 && raised > 1); // standard deviations of the value
  const gated = smitin(probes, { alpha: 5, monitorHeads: 4, threshold: "calibrated" }).plan.channels[0];
  assert.ok(gated.monitor!.threshold > 0.4 && gated.monitor!.threshold < 0.6);
  assert.ok(probes.monitor.with > probes.monitor.without);
});

test("values that cannot be fitted end in one clear error", () => {
  const broken = (change: (data: ValueActivations) => void) => {
    const data = fixtureActivations();
    change(data);
    return () => trainRidgeProbes(data);
  };
  assert.throws(
    broken((data) => data.values.fill(3)),
    /expected values that differ, found only 3/,
  );
  assert.throws(
    broken((data) => data.values.set([Number.NaN], 4)),
    /expected finite values, found NaN at clip 4/,
  );
  assert.throws(
    broken((data) => data.z.fill(Number.NaN, 7, 8)),
    /z is NaN at clip 0, layer 0, head 1/,
  );
  assert.throws(
    broken((data) => data.group!.fill(1)),
    /at least 2 songs, found 1/,
  );
  assert.throws(
    broken((data) => Object.assign(data, { values: new Float32Array(3) })),
    /values needs one entry/,
  );
  assert.throws(() => trainRidgeProbes(fixtureActivations(), { l2: 0 }), /l2: .*found 0/);
});
