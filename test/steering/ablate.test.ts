import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { ablate } from "../../lib/steering/ablate";
import { iti, smitin, steerRows, together } from "../../lib/steering/methods";
import { every, fadeIn } from "../../lib/steering/schedule";
import { assertClose } from "../close";
import { activations } from "../probes/activations";
import { type Added, model, play } from "./play";
import { handmade } from "./probes";

before(() => startBackend());

const probes = handmade();
const z = (row: number, layer: number, step: number) => [row + 1, layer - 0.3, Math.sin(step) + 2, 0.5];

/** z of the head as the model goes on with it. */
function after({ layer, step, values }: Added, row: number, position: number, head: number): number[] {
  const own = z(row, layer, step + position);
  return values[row][position][head].map((change, d) => own[d] + change);
}

test("ablated heads are zero at every position, the prompt's included, and the others exactly what they were", () => {
  const { added, trace, calls } = play(ablate([{ layer: 1, head: 0 }]), { rows: 2, copies: 2, steps: 3, z });
  assert.equal(calls, 4); // layer 0 has no tap
  for (const one of added) {
    for (let row = 0; row < 2; row++) {
      one.values[row].forEach((heads, position) => {
        assertClose(after(one, row, position, 0), [0, 0, 0, 0], 1e-6);
        assert.ok(heads[1].every((change) => change === 0));
      });
    }
  }
  assert.deepEqual(trace[0], { step: [3, 4, 5], traits: [] });
});

test("mean ablation puts the clips' mean in place", () => {
  const data = activations({ songs: 2, pairsPerSong: 2 });
  const [clips] = data.shape;
  const mean = [0, 1, 2, 3].map((d) => {
    let sum = 0;
    for (let clip = 0; clip < clips; clip++) sum += data.z[((clip * 2 + 0) * 2 + 1) * 4 + d];
    return sum / clips;
  });
  const { added } = play(ablate([{ layer: 0, head: 1 }], { mean: data, from: "new" }), { steps: 2, z });
  const [prompt, ...steps] = added;
  assert.ok(!prompt.replaced);
  for (const one of steps) assertClose(after(one, 0, 0, 1), mean, 2e-6);
});

test("a schedule goes part of the way, and off steps compute nothing", () => {
  const head = { layer: 0, head: 0 };
  const half = play(ablate([head], { schedule: fadeIn(0.4), from: "new" }), { steps: 6, z }).added;
  for (const one of half.slice(1)) {
    const share = Math.min(1, one.step / 4);
    assertClose(
      after(one, 0, 0, 0),
      z(0, 0, one.step).map((value) => (1 - share) * value),
      2e-6,
    );
  }
  const { added } = play(ablate([head], { schedule: every(2), from: "new" }), { steps: 4, z });
  assert.deepEqual(
    added.filter(({ replaced }) => replaced).map(({ step }) => step),
    [0, 2],
  );
});

test("with steering: heads are taken out first, vectors added to what is left, and the monitor sees neither head nor vector", () => {
  const head = { layer: 1, head: 1 };
  const both = together(ablate([head]), iti(probes, { alpha: 2, topK: 2, monitor: true }));
  const { added, trace } = play(both, { steps: 2, z });
  const { theta, sigma } = probes.heads[3];
  const at = added.find(({ layer, step }) => layer === 1 && step === 1)!;
  assertClose(
    after(at, 0, 0, 1),
    Array.from(theta, (value) => 2 * sigma * value),
    2e-6,
  );
  const logits = probes.heads.map(({ layer, head, theta, weight, bias }) => {
    const own = layer === 1 && head === 1 ? [0, 0, 0, 0] : z(0, layer, 1);
    return weight * theta.reduce((sum, value, d) => sum + value * own[d], 0) + bias;
  });
  const [, low, high] = logits.map((value) => 1 / (1 + Math.exp(-value))).sort((a, b) => a - b);
  assertClose([trace[0].traits[0].monitor[1]], [(low + high) / 2], 2e-6);
  assert.deepEqual(
    trace[0].traits.map(({ trait }) => trait),
    ["drums"],
  );
});

test("rows of one batch may have other heads ablated each", () => {
  const rows = [
    ablate([{ layer: 0, head: 0 }]),
    smitin(probes),
    ablate([{ layer: 0, head: 1 }], { from: "new" }),
  ];
  const { added } = play(steerRows(rows), { rows: 3, steps: 1, z });
  const at = added.find(({ layer, step }) => layer === 0 && step === 0)!;
  assertClose(after(at, 0, 0, 0), [0, 0, 0, 0], 1e-6);
  assertClose(after(at, 2, 0, 1), [0, 0, 0, 0], 1e-6);
  assertClose(at.values[0][0][1], [0, 0, 0, 0], 1e-9);
  assertClose(at.values[2][0][0], [0, 0, 0, 0], 1e-9);
  assertClose(after(added[0], 2, 0, 1), z(2, 0, added[0].step), 2e-6); // the prompt of row 2 is left alone
});

test("two ablations of one head follow one another", () => {
  const head = [{ layer: 0, head: 0 }];
  const half = () => ablate(head, { schedule: () => 0.5 });
  const { added } = play(together(half(), half()), { steps: 1, z });
  assertClose(
    after(added[0], 0, 0, 0),
    z(0, 0, added[0].step).map((value) => value / 4),
    2e-6,
  );
});

test("only ablation of new positions leaves a prompt to be shared by its rows", () => {
  const changes = (from: "new" | "start") =>
    ablate([{ layer: 0, head: 0 }], { from })({ model, rows: 2, promptFrames: 3 }).changesPrompt;
  assert.deepEqual([changes("new"), changes("start")], [false, true]);
});

test("no tensor outlives the generation", () => {
  const before = tf.memory().numTensors;
  play(ablate([{ layer: 0, head: 0 }], { mean: activations(), schedule: fadeIn(1) }), { rows: 2 });
  assert.equal(tf.memory().numTensors, before);
});

test("unknown heads, another model and odd shares end in one clear error", () => {
  assert.throws(() => ablate([]), /ablate: expected at least one head, found none/);
  const head = { layer: 0, head: 0 };
  assert.throws(() => ablate([head, head]), /ablate: layer 0, head 0 is listed twice/);
  assert.throws(
    () => play(ablate([{ layer: 0, head: 7 }])),
    /ablate: there is no layer 0, head 7: the model has 2 layers of 2 heads/,
  );
  assert.throws(() => ablate([{ layer: 3, head: 0 }], { mean: activations() }), /no layer 3, head 0/);
  const mean = { ...activations(), model: { name: "other", fingerprint: "beef" } };
  assert.throws(
    () => play(ablate([head], { mean })),
    new RegExp(`the activations of ablate belong to model other, fingerprint beef; this is ${model.name}`),
  );
  assert.throws(
    () => play(ablate([head], { schedule: () => Number.NaN })),
    /ablate: expected a finite share at step -4, found NaN/,
  );
});
