import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import type { Gate } from "../../lib/steering/gate";
import {
  feedback,
  iti,
  monitorOnly,
  smitin,
  steer,
  steerRows,
  suppress,
  together,
} from "../../lib/steering/methods";
import { pid } from "../../lib/steering/pid";
import { during, every, fadeIn, scheduleProduct } from "../../lib/steering/schedule";
import { assertClose } from "../close";
import { model, play } from "./play";
import { handmade } from "./probes";

before(() => startBackend());

const drums = handmade();
const piano = handmade([0.85, 0.7, 0.55, 0.6], "piano", 17);

/** A z to which each of the two traits' probe of head (0, 0) gives its logit. */
function zWith(drumsLogit: number, pianoLogit: number): number[] {
  const [a, b] = [drums.heads[0], piano.heads[0]];
  const cosine = a.theta.reduce((sum, value, i) => sum + value * b.theta[i], 0);
  const [alongA, alongB] = [(drumsLogit - a.bias) / a.weight, (pianoLogit - b.bias) / b.weight];
  const [x, y] = [alongA - cosine * alongB, alongB - cosine * alongA].map((v) => v / (1 - cosine ** 2));
  return Array.from(a.theta, (value, i) => x * value + y * b.theta[i]);
}

test("two traits get the sum of what each gets alone, also where heads and layers differ", () => {
  const parts = [
    iti(drums, { alpha: 3, topK: 2 }),
    iti(piano, { alpha: -2, topK: 3, schedule: every(2), direction: "massMean" }),
  ];
  const sum = play(together(...parts), { rows: 2, copies: 2, steps: 4 });
  const alone = parts.map((part) => play(part, { rows: 2, copies: 2, steps: 4 }));
  for (const { layer, step, prefill, values } of sum.added) {
    const expected = values.flat(3).map(() => 0);
    for (const { added } of alone) {
      const one = added.find((a) => a.layer === layer && a.step === step);
      one?.values.flat(3).forEach((value, i) => {
        expected[i] += value;
      });
    }
    assertClose(values.flat(3), expected, 2e-6);
    assert.equal(
      values.flat(3).some((value) => value !== 0),
      !prefill && expected.some((value) => value !== 0),
    );
  }
  const [trace] = sum.trace;
  assert.deepEqual(
    trace.traits.map(({ trait, strength }) => [trait, strength]),
    [
      ["drums", [1, 1, 1, 1]],
      ["piano", [1, 0, 1, 0]],
    ],
  );
  assert.deepEqual(trace.step, [3, 4, 5, 6]);
});

test("a layer is left alone while every trait that has heads there is off", () => {
  const parts = together(
    iti(drums, { topK: 2, schedule: every(3) }), // heads of layer 1
    iti(piano, { topK: 1 }), // a head of layer 0
  );
  const { added } = play(parts, { steps: 4 });
  const replaced = (layer: number) =>
    added.filter((one) => one.layer === layer && one.replaced).map(({ step }) => step);
  assert.deepEqual(replaced(1), [0, 3]);
  assert.deepEqual(replaced(0), [0, 1, 2, 3]);
});

test("an off step runs no operation; steady strengths cost one addition a layer, however many traits", async () => {
  const both = together(iti(drums, { topK: "all", schedule: every(2) }), iti(piano, { schedule: every(4) }));
  const run = both({ model, rows: 2, promptFrames: 3 });
  const z = tf.zeros([2, 1, 2, 4]);
  const kernels: number[] = [];
  for (let step = 0; step < 8; step++) {
    const { kernels: used } = await tf.profile(() => {
      run.begin!({ step, positions: 1, prefill: false });
      run.taps.get("layers.0.selfAttention.z")!(z, { ...at, step });
      return z;
    });
    kernels.push(used.length);
  }
  // Of steps 0, 2, 4, 6 each has other shares than the one before, so the sum is made anew: matMul, reshape, add.
  assert.deepEqual(kernels, [3, 0, 3, 0, 3, 0, 3, 0]);
  run.dispose?.();
  const steady = together(iti(drums, { topK: "all" }), iti(piano))({ model, rows: 2, promptFrames: 3 });
  for (const [step, expected] of [3, 1, 1].entries()) {
    const { kernels: used } = await tf.profile(() => {
      steady.begin!({ step, positions: 1, prefill: false });
      steady.taps.get("layers.1.selfAttention.z")!(z, { ...at, layer: 1, step });
      return z;
    });
    assert.equal(used.length, expected);
  }
  steady.dispose?.();
});

const at = { site: "layers.0.selfAttention.z", layer: 0, positions: 1, prefill: false };

test("each trait has a monitor and a gate of its own: add drums, remove piano", () => {
  const single = { monitorHeads: 1, every: 1, power: 0, delta: 0.5 };
  // The monitors watch one head each: drums (1, 1), piano (0, 0); all heads see one z a step.
  const [best, other] = [drums.heads[3], piano.heads[0]];
  const logit = ({ theta, weight, bias }: typeof best, z: number[]) =>
    1 / (1 + Math.exp(-(weight * theta.reduce((sum, value, i) => sum + value * z[i], 0) + bias)));
  const seen = [zWith(-2, 2), zWith(-1, 1), zWith(1, -1), zWith(3, -3), zWith(0, 0.5)];
  const at = (step: number) => seen[Math.max(step, -1) + 1];
  const { added, trace } = play(
    together(
      smitin(drums, { ...single, threshold: 0.6 }),
      suppress(piano, { ...single, alpha: 2, threshold: 0.4 }),
    ),
    { steps: 4, z: (_, __, step) => at(step) },
  );
  const [d, p] = trace[0].traits;
  assert.deepEqual([d.threshold, p.threshold], [0.6, 0.4]);
  for (let step = 0; step < 4; step++) {
    const [cDrums, cPiano] = [logit(best, at(step - 1)), logit(other, at(step - 1))];
    const strengthDrums = cDrums < 0.6 ? 1 - 0.5 * cDrums : 0;
    const strengthPiano = cPiano > 0.4 ? 1 - 0.5 * (1 - cPiano) : 0;
    assertClose([d.strength[step], p.strength[step]], [strengthDrums, strengthPiano], 1e-6);
    assertClose([p.monitor[step]], [logit(other, at(step))], 1e-6);
    const { values } = added.find((one) => one.layer === 0 && one.step === step)!;
    const [own, away] = [drums.heads[1], piano.heads[1]];
    assertClose(
      values[0][0][1],
      Array.from(
        own.theta,
        (value, i) => 5 * strengthDrums * own.sigma * value - 2 * strengthPiano * away.sigma * away.theta[i],
      ),
      1e-5,
    );
  }
  assert.ok(p.strength.some((share) => share === 0) && p.strength.some((share) => share > 0));
});

test("suppression is the mirror image: threshold and vectors", () => {
  const { threshold } = smitin(drums).plan.channels[0].monitor!;
  assertClose([suppress(drums).plan.channels[0].monitor!.threshold], [1 - threshold], 2e-6);
  assert.equal(suppress(drums, { threshold: 0.2 }).plan.channels[0].monitor!.threshold, 0.2);
  assertClose(
    [suppress(drums, { threshold: "calibrated" }).plan.channels[0].monitor!.threshold],
    [0.55],
    2e-6,
  );
  const [away] = suppress(drums, { alpha: 4 }).plan.channels;
  const [towards] = smitin(drums, { alpha: 4 }).plan.channels;
  away.vectors.forEach(({ vector }, i) => {
    assertClose(
      vector,
      towards.vectors[i].vector.map((value) => -value),
      2e-6,
    );
  });
  assert.throws(
    () => suppress(drums, { alpha: -1 }),
    /suppress: alpha: expected a number from 0 to 1000, found -1/,
  );
  assert.throws(() => suppress(drums, { alpha: Number.NaN }), /alpha/);
});

test("feedback: the share of each row is its own controller's, from the C of the position before", () => {
  const logits = [
    [-3, -2, -2, 1, 2, 2],
    [2, 2, -3, -3, -3, 0],
  ]; // of each row, at steps -1, 0, 1, ...
  const options = { target: 0.6, proportional: 0.8, integral: 2, derivative: 0.05, monitorHeads: 1 };
  const { theta, weight, bias } = drums.heads[3];
  const z = (row: number, _: number, step: number) =>
    Array.from(theta, (value) => ((logits[row][Math.max(step, -1) + 1] - bias) / weight) * value);
  const run = feedback(drums, options);
  const { trace } = play(run, { rows: 2, steps: 5, z });
  for (let row = 0; row < 2; row++) {
    const control = pid(options)(model.frameRate);
    assertClose(
      trace[row].traits[0].strength,
      logits[row].slice(0, 5).map((value) => control(1 / (1 + Math.exp(-value)))),
      1e-6,
    );
    assert.equal(trace[row].traits[0].threshold, 0.6);
  }
  assert.deepEqual(play(run, { rows: 2, steps: 5, z }).trace, trace); // a second take starts anew
});

test("a gate is asked once a position, also where the schedule is off, but not for a prompt that is left alone", () => {
  const asked: number[][] = [];
  const gate: Gate = () => {
    const mine: number[] = [];
    asked.push(mine);
    return (monitor) => mine.push(monitor);
  };
  const { trace } = play(smitin(drums, { gate, every: 2 }), { rows: 2, steps: 4 });
  assert.equal(asked.length, 2);
  asked.forEach((mine, row) => {
    assert.equal(mine.length, 4);
    assertClose(mine.slice(1), trace[row].traits[0].monitor.slice(0, 3), 2e-6);
  });
  assert.deepEqual(trace[0].traits[0].strength, [1, 0, 3, 0]);
});

test("schedules in seconds follow the model's frame rate, from the first steered step", () => {
  const schedule = scheduleProduct(fadeIn(0.4), during(0.1, 0.6));
  const shares = play(iti(drums, { schedule }), { steps: 8 }).trace[0].traits[0].strength;
  assertClose(shares, [0, 0.25, 0.5, 0.75, 1, 1, 0, 0], 2e-6); // 10 frames a second
  const { added } = play(iti(drums, { topK: 4, schedule: during(0, 0.2), from: "start" }), { steps: 2 });
  const moved = added
    .filter(({ layer }) => layer === 0)
    .flatMap(({ values }) => values[0].map((position) => position.flat().some((value) => value !== 0)));
  assert.deepEqual(moved, [true, true, false, false, false, false]);
});

test("rows may have different numbers of traits, none, or others' company, and get what each gets alone", () => {
  const plans = [
    together(smitin(drums, { threshold: 2, delta: 0.3 }), iti(piano, { alpha: 2 }), monitorOnly(drums)),
    undefined,
    suppress(piano, { threshold: -1 }),
  ];
  const z = (row: number, layer: number, step: number) => [row, layer, Math.sin(step), 0.5];
  const all = play(steerRows(plans), { rows: 3, z });
  plans.forEach((plan, row) => {
    if (!plan) {
      assert.deepEqual(all.trace[row].traits, []);
      assert.equal(all.trace[row].step.length, 12);
      return;
    }
    const alone = play(plan, { z: (_, layer, step) => z(row, layer, step) });
    for (const { layer, step, values } of alone.added) {
      const one = all.added.find((added) => added.layer === layer && added.step === step)!;
      assertClose(one.values[row].flat(2), values[0].flat(2), 1e-5);
    }
    all.trace[row].traits.forEach((trait, i) => {
      assertClose(trait.monitor, alone.trace[0].traits[i].monitor, 2e-6);
      assertClose(trait.strength, alone.trace[0].traits[i].strength, 2e-6);
    });
  });
  assert.deepEqual(
    all.trace[0].traits.map(({ trait }) => trait),
    ["drums", "piano", "drums"],
  );
});

test("soft weights of the K best heads only", () => {
  const { vectors } = smitin(drums, { topK: 2, alpha: 1 }).plan.channels[0];
  const whole = smitin(drums, { alpha: 1 }).plan.channels[0].vectors;
  assert.deepEqual(
    vectors,
    whole.filter(({ layer }) => layer === 1),
  );
  assert.throws(() => smitin(drums, { topK: 9 }), /topK: expected a number of heads from 1 to 4 or "all"/);
});

test("no tensor outlives the generation", () => {
  const before = tf.memory().numTensors;
  play(together(smitin(drums, { every: 1, threshold: 2 }), feedback(piano)), { rows: 2, copies: 2 });
  assert.equal(tf.memory().numTensors, before);
});

test("what cannot be meant ends in one clear error", () => {
  assert.throws(() => together(), /together: expected at least one part/);
  const other = { ...piano, model: { name: "other", fingerprint: "beef" } };
  assert.throws(
    () => play(together(iti(drums), iti(other as typeof piano))),
    /the probes belong to model other, fingerprint beef; this is made up/,
  );
  const [channel] = iti(drums).plan.channels;
  const vector = new Float32Array(4);
  const own = (vectors: typeof channel.vectors) => () => play(steer({ ...channel, vectors }));
  assert.throws(
    own([{ layer: 2, head: 0, vector }]),
    /drums: there is no layer 2, head 0: the model has 2 layers of 2 heads/,
  );
  assert.throws(own([{ layer: 0, head: 0.5, vector }]), /no layer 0, head 0.5/);
  assert.throws(own([{ layer: 0, head: 0, vector: new Float32Array(3) }]), /expected 4 values, found 3/);
  assert.throws(
    own([
      { layer: 0, head: 0, vector },
      { layer: 0, head: 0, vector },
    ]),
    /expected each head once, found layer 0, head 0 twice/,
  );
  assert.throws(
    () => play(iti(drums, { schedule: () => Number.NaN })),
    /steering drums: expected a finite share at step 0, found schedule NaN, gate 1/,
  );
  assert.throws(() => feedback(drums, { target: 2 }), /target/);
  assert.throws(() => feedback(drums, { alpha: Number.NaN }), /alpha/);
});
