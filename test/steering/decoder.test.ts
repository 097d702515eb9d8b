import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { random } from "../../lib/math/random";
import { median } from "../../lib/math/statistics";
import { continueTokens } from "../../lib/model/generate/continue";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import type { Intervention, Steer } from "../../lib/model/intervention";
import { joinTaps, site, type Taps } from "../../lib/model/taps";
import { captureTokens } from "../../lib/probes/capture";
import { iti, monitorOnly, smitin, steerRows } from "../../lib/steering/methods";
import { assertClose } from "../close";
import { distance, openFixture } from "../model/musicgenFixture";
import { madeUp } from "../sweep/fixture";

before(() => startBackend());

const { model } = openFixture("plain");
const { decoder, layers, heads, headDim, codebooks, vocabulary } = model;
const uniform = random(2);
const prompts = [0, 1].map(() =>
  Array.from({ length: codebooks }, () =>
    Int32Array.from({ length: 5 }, () => Math.floor(uniform() * vocabulary)),
  ),
);
const probes = madeUp(model, model.fingerprint);

/** The last layer's residual stream [rows, 1, hidden] at the first new position, with these taps on z. */
async function residual(taps: Taps, { begin, end }: Partial<Intervention> = {}): Promise<Float32Array> {
  let seen = new Float32Array(0);
  const read: Taps = new Map([
    [
      site(layers - 1, "residual"),
      (value, { step }) => {
        if (step === 0) seen = value.dataSync<"float32">().slice();
        return undefined;
      },
    ],
  ]);
  const rows = prompts.map((prompt, seed) => ({ prompt, seed, guidance: 1 }));
  await continueTokens(decoder, rows, { frames: 2, taps: joinTaps(taps, read), begin, end });
  return seen;
}

async function play(steer?: Steer, rows: TokenGrid[] = prompts, frames = 12) {
  const intervention = steer?.({ model, rows: rows.length, promptFrames: 5 });
  const grids = await continueTokens(
    decoder,
    rows.map((prompt, seed) => ({ prompt, seed, guidance: 1 })),
    { frames, ...intervention, sharePrompt: !intervention?.changesPrompt },
  );
  const trace = intervention?.trace?.();
  intervention?.dispose?.();
  return { grids, trace };
}

test("in the decoder, ITI is alpha sigma theta added by hand to z of the chosen heads", async () => {
  const byHand: Taps = new Map();
  const chosen = probes.top(3).heads;
  for (let layer = 0; layer < layers; layer++) {
    const values = new Float32Array(heads * headDim);
    for (const { head, theta, sigma } of chosen.filter((probe) => probe.layer === layer)) {
      values.set(
        theta.map((value) => 4 * sigma * value),
        head * headDim,
      );
    }
    byHand.set(site(layer, "selfAttention.z"), (z, { prefill }) =>
      prefill ? undefined : tf.add(z, tf.tensor(values, [1, 1, heads, headDim])),
    );
  }
  const run = iti(probes, { alpha: 4, topK: 3 })({ model, rows: 2, promptFrames: 5 });
  const steered = await residual(run.taps, run);
  assert.ok(distance(steered, await residual(byHand)) < 1e-5);
  assert.ok(distance(steered, await residual(new Map())) > 1e-3);
  run.dispose?.();
});

test("the monitor's C at the prompt is the probes' median on captured z, and decides the first strength", async () => {
  const { z } = await captureTokens(model, prompts);
  const { trace } = await play(smitin(probes, { threshold: 2, every: 1, delta: 0.5 }));
  prompts.forEach((_, row) => {
    const best = probes.top(Math.min(16, probes.heads.length)).heads;
    const expected = median(
      best.map(({ layer, head, theta, weight, bias }) => {
        const start = ((row * layers + layer) * heads + head) * headDim;
        const along = theta.reduce((sum, value, i) => sum + value * z[start + i], 0);
        return 1 / (1 + Math.exp(-(weight * along + bias)));
      }),
    );
    assertClose(trace![row].traits[0].strength[0], 1 - 0.5 * expected, 1e-5);
  });
});

test("watching and alpha 0 leave a take as it is; steering changes it; rows keep their own plans", async () => {
  const plain = await play();
  const watched = await play(monitorOnly(probes));
  assert.deepEqual(watched.grids, plain.grids);
  assert.equal(watched.trace![0].traits[0].monitor.length, watched.trace![0].step.length);
  assert.equal(watched.trace![0].step[0], 5);
  assert.ok(watched.trace![0].traits[0].monitor.every((c) => c > 0 && c < 1));
  assert.deepEqual((await play(iti(probes, { alpha: 0 }))).grids, plain.grids);
  const plan = iti(probes, { alpha: 50, topK: "all" });
  const steered = await play(plan);
  assert.notDeepEqual(steered.grids[0], plain.grids[0]);
  const mixed = await play(steerRows([undefined, plan]));
  assert.deepEqual(mixed.grids[0], plain.grids[0]);
  assert.deepEqual(mixed.grids[1], steered.grids[1]);
});

test("rows that share a prompt have traces of their own", async () => {
  const same = [prompts[0], prompts[0]];
  const plans = [smitin(probes, { alpha: 50, threshold: 2, every: 1 }), monitorOnly(probes)];
  const { trace } = await play(steerRows(plans), same);
  const alone = await play(plans[0], [prompts[0]]);
  assert.ok(distance(trace![0].traits[0].monitor, alone.trace![0].traits[0].monitor) < 1e-4);
  assert.ok(trace![1].traits[0].strength.every((value) => value === 0));
});
