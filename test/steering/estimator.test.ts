import assert from "node:assert/strict";
import { test } from "node:test";
import { trainProbes } from "../../lib/probes/train";
import { estimate } from "../../lib/steering/estimator";
import { assertClose } from "../close";
import { activations } from "../probes/activations";

const data = activations({ songs: 30, pairsPerSong: 4, separation: 6 });
const probes = trainProbes(data);

test("probe and mass-mean estimates are sigma times the unit direction", () => {
  const [, head] = estimate(probes);
  assert.deepEqual([head.layer, head.head], [0, 1]);
  assertClose(Math.hypot(...head.vector), probes.heads[1].sigma, 1e-5 * probes.heads[1].sigma);
  assertClose(
    Math.hypot(...estimate(probes, "massMean")[1].vector),
    probes.heads[1].massMeanSigma,
    1e-5 * probes.heads[1].massMeanSigma,
  );
});

test("the principal direction of the pairs' differences is the planted one, towards the trait", () => {
  for (const { layer, head, vector } of estimate(probes, "principal", { activations: data }).slice(1)) {
    const length = Math.hypot(...vector);
    assert.ok(vector[(layer + head) % 4] / length > 0.95);
    assert.ok(length > 2.5 && length < 3.5); // noise 1 and classes 6 apart: sqrt(1 + 9)
  }
  assert.throws(() => estimate(probes, "principal"), /needs the option activations/);
});

test("the kernel probe's direction is the planted one, as long as the clips spread along it", () => {
  const options = { activations: data, rfm: { clips: 120 } };
  const found = estimate(probes, "rfm", options);
  for (const { layer, head, vector } of found.slice(1)) {
    const length = Math.hypot(...vector);
    assert.ok(vector[(layer + head) % 4] / length > 0.95);
    assert.ok(length > 2.5 && length < 3.5); // noise 1 and classes 6 apart: sqrt(1 + 9)
  }
  assert.deepEqual(estimate(probes, "rfm", options), found); // remembered, and
  assert.deepEqual(estimate(probes, "rfm", { ...options, activations: { ...data } }), found); // learnt anew
  const other = estimate(probes, "rfm", { ...options, seed: 1 }); // other pairs to learn from
  assert.notDeepEqual(other[1].vector, found[1].vector);
  assert.throws(() => estimate(probes, "rfm"), /direction "rfm" needs the option activations/);
  assert.throws(
    () => estimate(probes, "rfm", { activations: data, rfm: { clips: 1 } }),
    /rfm clips: expected/,
  );
});

test("random directions follow the seed; sigma is the probe's, or that of the clips along them", () => {
  const [a, b, c] = [1, 1, 2].map((seed) => estimate(probes, "random", { seed })[2].vector);
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, c);
  assertClose(Math.hypot(...a), probes.heads[2].sigma, 1e-5 * probes.heads[2].sigma);
  const best = probes.heads.indexOf(probes.top(1).heads[0]);
  const ofBest = estimate(probes, "random", { seed: 1 })[best].vector;
  assert.deepEqual(estimate(probes.top(2), "random", { seed: 1 })[0].vector, ofBest); // whoever else is there
  const along = estimate(probes, "random", { seed: 1, activations: data })[2].vector;
  assert.ok(Math.hypot(...along) >= 0.9 && Math.hypot(...along) < probes.heads[2].sigma);
});

test("an unknown direction and an odd seed are refused", () => {
  assert.throws(
    () => estimate(probes, "up" as "probe"),
    /direction: expected probe, massMean, principal, rfm, random, found "up"/,
  );
  assert.throws(() => estimate(probes, "random", { seed: 0.5 }), /seed: expected an integer, found 0.5/);
});

test("activations of another model or trait are refused", () => {
  assert.throws(
    () => estimate(probes, "principal", { activations: { ...data, trait: "piano" } }),
    /expected those of the probes' trait drums, found piano/,
  );
  const other = { ...data, model: { name: "other", fingerprint: "beef" } };
  assert.throws(
    () => estimate(probes, "random", { activations: other }),
    /expected those of the probes' model/,
  );
});
