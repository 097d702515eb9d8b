import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend } from "../../lib/engine";
import { accuracyStatistics } from "../../lib/probes/probe";
import { smitin } from "../../lib/steering/methods";
import {
  decay,
  due,
  monitored,
  paperThreshold,
  probability,
  push,
  pushed,
  softWeight,
  strength,
} from "../../lib/steering/smitin";
import { assertClose } from "../close";
import { play } from "./play";
import { handmade } from "./probes";

before(() => startBackend());

/* Four heads of accuracies .5, .6, .8, .9, worked out by hand. */
const accuracies = [0.5, 0.6, 0.8, 0.9];
const statistics = accuracyStatistics(accuracies);

test("soft weights: the share of the range of accuracies, cubed", () => {
  // (.6 - .5) / (.9 - .5) = 1/4, cubed 1/64; (.8 - .5) / .4 = 3/4, cubed 27/64
  assertClose(
    accuracies.map((accuracy) => softWeight(accuracy, statistics)),
    [0, 1 / 64, 27 / 64, 1],
    1e-12,
  );
  assertClose([softWeight(0.6, statistics, 1), softWeight(0.6, statistics, 0)], [1 / 4, 1], 1e-12);
  assert.equal(softWeight(0.7, { min: 0.7, max: 0.7 }), 1); // all alike
});

test("tau: the median of the accuracies less their standard deviation", () => {
  // median (.6 + .8) / 2 = .7; mean .7, deviations -.2, -.1, .1, .2: std = sqrt((.04 + .01 + .01 + .04) / 4) = sqrt(.025)
  assertClose([paperThreshold(statistics)], [0.7 - Math.sqrt(0.025)], 1e-12);
});

test("P and C: sigmoids of the margins, and their median", () => {
  // theta . z = .6 x 2 - .8 x 1 = .4; margin 2.5 x .4 - 1 = 0: P = 1/2
  const probe = { theta: new Float32Array([0.6, -0.8]), weight: 2.5, bias: -1 };
  assertClose([probability(probe, new Float32Array([2, 1]))], [0.5], 1e-6);
  // bias ln 3: odds of 3 to 1, P = 3/4
  assertClose([probability({ ...probe, bias: Math.log(3) }, new Float32Array([0, 0]))], [0.75], 1e-12);
  assert.equal(monitored([0.9, 0.1, 0.3]), 0.3);
  assertClose([monitored([0.9, 0.1, 0.3, 0.5])], [0.4], 1e-12);
});

test("strength: at every s-th step, less as C grows, off from tau on", () => {
  assert.deepEqual(
    [0, 1, 4, 5, 10].map((step) => due(step)),
    [1, 0, 0, 1, 1],
  );
  assertClose(
    [decay(0.25, 0.5), decay(0.25, 0.5, 0.4), decay(0.5, 0.5), decay(0.9, 0.5)],
    [0.75, 0.9, 0, 0],
    1e-12,
  );
  assert.equal(decay(0.6, 2, 3), 0); // 1 - 1.8 is no push the other way
  assertClose([strength(5, 0.25, 0.5), strength(6, 0.25, 0.5), strength(5, 0.6, 0.5)], [0.75, 0, 0], 1e-12);
  assertClose([strength(6, 0.25, 0.5, { every: 3, delta: 2 })], [0.5], 1e-12);
});

test("the update: z + share alpha w sigma theta", () => {
  // alpha 5, w 27/64, sigma theta (.5, -1): 135/64 (.5, -1) = (1.0546875, -2.109375); three quarters of it on (1, 1)
  const vector = push(5 * (27 / 64), new Float32Array([0.5, -1]));
  assertClose(vector, [1.0546875, -2.109375], 1e-7);
  assertClose(pushed(new Float32Array([1, 1]), 0.75, vector), [1 + 0.791015625, 1 - 1.58203125], 1e-7);
});

test("what generate runs is these formulas, position by position", () => {
  const probes = handmade(accuracies);
  const z = (_: number, layer: number, step: number) => [Math.sin(step), 0.1 * layer, -0.2, 0.05 * step];
  const tau = paperThreshold(statistics);
  const { added, trace } = play(smitin(probes, { every: 2 }), { steps: 6, z });
  const [{ monitor, threshold, strength: shares }] = trace[0].traits;
  assertClose([threshold], [tau], 1e-12);
  const C = (step: number) =>
    monitored(probes.heads.map((probe) => probability(probe, Float32Array.from(z(0, probe.layer, step)))));
  assert.ok(new Set([0, 2, 4].map((step) => C(step - 1) < tau)).size === 2, "the gate opens and closes");
  for (let step = 0; step < 6; step++) {
    const share = strength(step, C(step - 1), tau, { every: 2 });
    assertClose([shares[step], monitor[step]], [share, C(step)], 1e-6);
    for (const { layer, head, accuracy, sigma, theta } of probes.heads) {
      const factor = 5 * softWeight(accuracy, statistics);
      const vector = push(
        factor,
        theta.map((value) => sigma * value),
      );
      const before = Float32Array.from(z(0, layer, step));
      const found = added.find((one) => one.layer === layer && one.step === step)!.values[0][0][head];
      assertClose(
        found.map((value, d) => before[d] + value),
        pushed(before, share, vector),
        1e-5,
      );
    }
  }
});
