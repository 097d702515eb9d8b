import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { always } from "../../lib/steering/always";
import {
  iti,
  monitorOnly,
  type PlannedSteer,
  smitin,
  steer,
  steerRows,
  suppress,
} from "../../lib/steering/methods";
import { monitorOf } from "../../lib/steering/monitor";
import { pid } from "../../lib/steering/pid";
import type { Channel } from "../../lib/steering/plan";
import { every, fromTo } from "../../lib/steering/schedule";
import { byHand } from "../../lib/steering/selector";
import { selfMonitor } from "../../lib/steering/selfMonitor";
import { assertClose } from "../close";
import { type Added, model, play } from "./play";
import { handmade } from "./probes";

before(() => startBackend());

const probes = handmade();

/** A z to which the probe of one head gives this logit. */
function zWith(layer: number, head: number, logit: number): number[] {
  const { theta, weight, bias } = probes.heads[layer * model.heads + head];
  return Array.from(theta, (value) => ((logit - bias) / weight) * value);
}

test("ITI adds alpha sigma theta at the K best heads and exactly nothing elsewhere, at new positions only", () => {
  const { added, trace } = play(iti(probes, { alpha: 3, topK: 2 }), { rows: 2 });
  for (const { layer, prefill, values } of added) {
    for (const row of values) {
      for (const position of row) {
        position.forEach((found, head) => {
          const probe = probes.heads[layer * 2 + head];
          const on = !prefill && probe.accuracy >= 0.8; // heads (1, 0) and (1, 1)
          assertClose(
            found,
            Array.from(probe.theta, (value) => (on ? 3 * probe.sigma * value : 0)),
            2e-6,
          );
          if (!on) assert.ok(found.every((value) => value === 0));
        });
      }
    }
  }
  assert.deepEqual(trace[1].step.slice(0, 2), [3, 4]); // frames of the take: the prompt has 3
  assert.deepEqual(trace[1].traits[0].strength, new Array(12).fill(1));
});

test("layers without a chosen head are left without a tap", () => {
  const { calls } = play(iti(probes, { topK: 1 }), { steps: 5 });
  assert.equal(calls, 6); // one layer: a prefill and 5 steps
  assert.equal(play(iti(probes, { alpha: 0 })).calls, 0);
});

test("mass-mean direction, all heads, heads by hand, a schedule", () => {
  const mean = play(iti(probes, { alpha: 2, topK: "all", direction: "massMean" }), { steps: 1 }).added;
  const { massMean, massMeanSigma } = probes.heads[1];
  assertClose(
    at(mean, 0, 0)[0][0][1],
    Array.from(massMean, (value) => 2 * massMeanSigma * value),
    2e-6,
  );
  const chosen = iti(probes, {
    alpha: -1,
    selector: byHand([{ layer: 0, head: 1, weight: 0.5 }]),
    schedule: fromTo(2, 6, every(3)),
  });
  const { added } = play(chosen, { steps: 8 });
  const { theta, sigma } = probes.heads[1];
  assertClose(
    at(added, 0, 2)[0][0][1],
    Array.from(theta, (value) => -0.5 * sigma * value),
    2e-6,
  );
  assert.deepEqual(
    added.filter(({ replaced }) => replaced).map(({ step }) => step),
    [2, 5],
  );
});

test("SMITIN weighs heads by ((accuracy - min) / (max - min))^3 and acts every 5th step", () => {
  const quiet = smitin(probes, { alpha: 4, threshold: 2, delta: 0 });
  const { added, trace } = play(quiet, { steps: 11 });
  assert.deepEqual(
    [...new Set(added.filter(({ replaced }) => replaced).map(({ step }) => step))],
    [0, 5, 10],
  );
  for (const probe of probes.heads) {
    const share = ((probe.accuracy - 0.5) / 0.4) ** 3;
    assertClose(
      at(added, probe.layer, 5)[0][0][probe.head],
      Array.from(probe.theta, (value) => 4 * share * probe.sigma * value),
      2e-6,
    );
  }
  assert.deepEqual(trace[0].traits[0].strength, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  assert.equal(trace[0].traits[0].monitor.length, 11);
  assert.equal(trace[0].traits[0].threshold, 2);
});

test("SMITIN's strength is 1 - delta C(t - 1) below the threshold and 0 from it on; rows are independent", () => {
  const logits = [
    [-3, -2, -1, 0, 1, 2, 3, -3, -3],
    [3, 3, -3, 3, -3, -3, -3, -3, 3],
  ]; // of each row, at steps -1, 0, 1, ...
  const steps = 8;
  const { added, trace } = play(smitin(probes, { alpha: 1, every: 1, delta: 0.5, threshold: 0.5 }), {
    rows: 2,
    steps,
    z: (row, layer, step) => zWith(layer, 0, logits[row][Math.max(step, -1) + 1]),
  });
  for (let row = 0; row < 2; row++) {
    for (let step = 0; step < steps; step++) {
      const c = expectedMonitor(logits[row][step]);
      const strength = c < 0.5 ? 1 - 0.5 * c : 0;
      assertClose([trace[row].traits[0].strength[step]], [strength], 2e-6);
      assertClose([trace[row].traits[0].monitor[step]], [expectedMonitor(logits[row][step + 1])], 2e-6);
      const probe = probes.heads[3];
      assertClose(
        at(added, 1, step)[row][0][1],
        Array.from(probe.theta, (value) => strength * probe.sigma * value),
        2e-6,
      );
    }
  }
});

/** C when every head sees the z that gives head (layer, 0) this logit. */
function expectedMonitor(logit: number): number {
  const probabilities = probes.heads
    .map(({ theta, weight, bias, layer }) => {
      const z = zWith(layer, 0, logit);
      const margin = weight * theta.reduce((sum, value, i) => sum + value * z[i], 0) + bias;
      return 1 / (1 + Math.exp(-margin));
    })
    .sort((a, b) => a - b);
  return (probabilities[1] + probabilities[2]) / 2;
}

test("with C at or above the threshold nothing is added and nothing computed", () => {
  const { added, trace } = play(smitin(probes, { alpha: 10, every: 1, threshold: 0 }));
  assert.ok(added.every(({ replaced }) => !replaced));
  assert.ok(trace[0].traits[0].strength.every((value) => value === 0));
});

test("the threshold is the paper's, a number, or calibrated", () => {
  const threshold = (options: Parameters<typeof smitin>[1]) =>
    smitin(probes, options).plan.channels[0].monitor!.threshold;
  assertClose([threshold({})], [0.7 - probes.statistics.std], 2e-6);
  assert.equal(threshold({ threshold: 0.4 }), 0.4);
  assertClose([threshold({ threshold: "calibrated" })], [0.55], 2e-6);
  assertClose(
    [smitin(probes.top(2), {}).plan.channels[0].monitor!.threshold],
    [0.7 - probes.statistics.std],
    2e-6,
  );
  assert.throws(
    () => threshold({ threshold: "calibrated", monitorHeads: 2 }),
    /measured on the 4 best heads/,
  );
});

test("the monitor reads z before this layer's vector is added, or after it on request", () => {
  const z = () => [0, 0, 0, 0];
  const c = (reads: "before" | "after") =>
    play(smitin(probes, { alpha: 5, every: 1, threshold: 2, delta: 0, power: 0, reads }), { z, steps: 1 })
      .trace[0].traits[0].monitor[0];
  assertClose([c("before")], [1 / (1 + Math.exp(-0.25))], 2e-6);
  assert.ok(c("after") > 0.99);
});

test("monitorOnly records C and adds nothing; ITI records it on request", () => {
  const quiet = play(monitorOnly(probes), { rows: 2 });
  assert.ok(quiet.added.every(({ replaced }) => !replaced));
  assert.equal(quiet.trace[1].traits[0].monitor.length, 12);
  assert.deepEqual(play(iti(probes, { monitor: true })).trace[0].traits[0].monitor.length, 12);
  assert.deepEqual(play(iti(probes)).trace[0].traits[0].monitor, []);
});

test("rows of one batch follow their own plans, as if each ran alone", () => {
  const plans = [iti(probes, { alpha: 2, topK: 1 }), undefined, smitin(probes, { alpha: 7, threshold: 2 })];
  const z = (row: number, layer: number, step: number) => [row, layer, Math.sin(step), 0.5];
  const together = play(steerRows(plans), { rows: 3, z });
  plans.forEach((plan, row) => {
    if (!plan) {
      assert.ok(together.added.every(({ values }) => values[row].flat(2).every((value) => value === 0)));
      return;
    }
    const alone = play(plan, { rows: 1, z: (_, layer, step) => z(row, layer, step) });
    for (const { layer, step, values } of alone.added) {
      assertClose(at(together.added, layer, step)[row].flat(2), values[0].flat(2), 2e-6);
    }
    assertClose(together.trace[row].traits[0].monitor, alone.trace[0].traits[0].monitor, 2e-6);
    assertClose(together.trace[row].traits[0].strength, alone.trace[0].traits[0].strength, 2e-6);
  });
  assert.throws(() => play(steerRows(plans), { rows: 2 }), /expected a batch of 3 rows, found 2/);
});

test("conditional and unconditional rows get the same", () => {
  const { added } = play(iti(probes, { alpha: 1, topK: 4 }), { rows: 2, copies: 2, steps: 1 });
  const values = at(added, 0, 0);
  assert.equal(values.length, 4);
  assertClose(values[0].flat(2), values[3].flat(2), 2e-6);
});

test('from "start" steers the prompt too, and steps count from its first position', () => {
  for (const lastOnly of [false, true]) {
    const options = { alpha: 1, topK: 4, from: "start" as const, schedule: every(2) };
    const { added } = play(iti(probes, options), { steps: 2, promptFrames: 3, lastOnly });
    const moved = (layer: number, step: number) =>
      at(added, layer, step)[0].map((position) => position.flat().some((value) => value !== 0));
    assert.deepEqual(moved(0, -4), [true, false, true, false]);
    assert.deepEqual(moved(0, 0), [true]);
    assert.deepEqual(moved(0, 1), [false]);
    assert.deepEqual(moved(1, lastOnly ? -1 : -4), lastOnly ? [false] : [true, false, true, false]);
  }
});

test("no tensor outlives the generation", () => {
  const before = tf.memory().numTensors;
  play(smitin(probes, { every: 1, threshold: 2 }), { rows: 2 });
  play(steerRows([iti(probes), undefined]), { rows: 2 });
  assert.equal(tf.memory().numTensors, before);
});

test("impossible options and another model end in one clear error", () => {
  for (const alpha of [Number.NaN, Number.POSITIVE_INFINITY, -1001]) {
    assert.throws(() => iti(probes, { alpha }), /alpha: expected a number from -1000 to 1000, found/);
    assert.throws(() => smitin(probes, { alpha }), /alpha/);
  }
  for (const k of [0, 5, 1.5, Number.NaN]) {
    assert.throws(() => iti(probes, { topK: k }), /topK: expected a number of heads from 1 to 4 or "all"/);
    assert.throws(() => smitin(probes, { monitorHeads: k }), /monitorHeads/);
  }
  assert.throws(() => smitin(probes, { every: 0 }), /every: expected an integer from 1, found 0/);
  assert.throws(() => smitin(probes, { power: Number.NaN }), /power/);
  assert.throws(() => smitin(probes, { delta: -1 }), /delta/);
  assert.throws(() => smitin(probes, { threshold: Number.NaN }), /threshold/);
  assert.throws(() => iti(probes, { direction: "up" as "probe" }), /direction: expected probe/);
  assert.throws(
    () => iti(probes, { selector: byHand([{ layer: 7, head: 0 }]) }),
    /no probe of layer 7, head 0/,
  );
  const run = iti(probes);
  assert.throws(
    () => run({ model: { ...model, name: "other", fingerprint: "beef" }, rows: 1, promptFrames: 0 }),
    /the probes belong to model made up, fingerprint 0123456789abcdef; this is other, fingerprint beef/,
  );
});

test("a trace's threshold is the level at which the gate turns, where it is known", () => {
  const level = (steer: PlannedSteer) => play(steer, { steps: 1 }).trace[0].traits[0].threshold;
  const bare = () => (C: number) => (C < 0.3 ? 1 : 0);
  assert.equal(level(smitin(probes, { gate: selfMonitor(0.4) })), 0.4);
  assert.equal(level(suppress(probes, { gate: selfMonitor(0.4, 1, { until: "absent" }) })), 0.4);
  assert.equal(level(smitin(probes, { gate: pid({ target: 0.7 }) })), 0.7);
  assert.equal(level(smitin(probes, { gate: "pid(target=0.8)" })), 0.8);
  assert.equal(level(smitin(probes, { gate: Object.assign(bare, { threshold: 0.3 }) })), 0.3);
  const unknown = () => (C: number) => (C < 0.3 ? 1 : 0);
  assert.equal(level(smitin(probes, { gate: unknown })), Number.NaN);
  assert.equal(level(smitin(probes, { gate: unknown, threshold: 0.3 })), 0.3);
  const tau = level(smitin(probes));
  assert.equal(tau, monitorOf(probes).threshold);
  for (const one of [iti(probes, { monitor: true }), smitin(probes, { gate: always() }), monitorOnly(probes)])
    assert.equal(level(one), tau);
  const own: Channel = {
    trait: "own",
    model: probes.model,
    vectors: [],
    schedule: () => 1,
    gate: selfMonitor(0.25),
    monitor: monitorOf(probes),
    from: "new",
  };
  assert.equal(level(steer(own)), 0.25);
});

test("a method of one's own is a plan", () => {
  const vector = new Float32Array([1, 2, 3, 4]);
  const own = steer({
    trait: "own",
    model: probes.model,
    vectors: [{ layer: 1, head: 0, vector }],
    schedule: (step) => (step % 2 === 0 ? 0.5 : 0),
    gate: always(),
    from: "new",
  });
  const { added } = play(own, { steps: 2 });
  assertClose(at(added, 1, 0)[0][0][0], [0.5, 1, 1.5, 2], 2e-6);
  assertClose(at(added, 1, 1)[0][0][0], [0, 0, 0, 0], 2e-6);
});

function at(added: Added[], layer: number, step: number): number[][][][] {
  return added.find((one) => one.layer === layer && one.step === step)!.values;
}
