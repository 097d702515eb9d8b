import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend } from "../../lib/engine";
import { random } from "../../lib/math/random";
import { continueTokens } from "../../lib/model/generate/continue";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import type { Steer } from "../../lib/model/intervention";
import { site, type Taps } from "../../lib/model/taps";
import { captureTokens } from "../../lib/probes/capture";
import { ablate } from "../../lib/steering/ablate";
import { together } from "../../lib/steering/methods";
import { headTrack, patch } from "../../lib/steering/patch";
import { assertClose } from "../close";
import { distance, openFixture } from "../model/musicgenFixture";
import { play } from "./play";

before(() => startBackend());

const { model } = openFixture("plain");
const { decoder, layers, heads, headDim, codebooks, vocabulary } = model;
const every = Array.from({ length: layers * heads }, (_, i) => ({
  layer: Math.floor(i / heads),
  head: i % heads,
}));
const uniform = random(5);
const grid = (): TokenGrid =>
  Array.from({ length: codebooks }, () =>
    Int32Array.from({ length: 5 }, () => Math.floor(uniform() * vocabulary)),
  );
const [here, there] = [grid(), grid()];

/** Continue a prompt of 5 frames by 6, and note z of all heads at the last position read. */
async function run(prompt: TokenGrid, steer?: Steer): Promise<{ tokens: TokenGrid; z: Float32Array }> {
  const intervention = steer?.({ model, rows: 1, promptFrames: 5 });
  const z = new Float32Array(layers * heads * headDim);
  const taps: Taps = new Map();
  for (let layer = 0; layer < layers; layer++) {
    const name = site(layer, "selfAttention.z");
    taps.set(name, (value, at) => {
      const after = intervention?.taps.get(name)?.(value, at);
      if (!at.prefill) z.set((after ?? value).dataSync<"float32">(), layer * heads * headDim);
      return after;
    });
  }
  const [tokens] = await continueTokens(decoder, [{ prompt, seed: 1, guidance: 1 }], {
    frames: 6,
    taps,
    begin: intervention?.begin,
    end: intervention?.end,
  });
  intervention?.dispose?.();
  return { tokens, z };
}

test("a track holds z of its heads at every position, as capture sees it at the last frame's", async () => {
  const some = [
    { layer: layers - 1, head: 0 },
    { layer: 0, head: heads - 1 },
  ];
  const track = headTrack(model, here, some);
  assert.equal(track.positions, 5 + codebooks);
  const { z } = await captureTokens(model, [here]);
  some.forEach(({ layer, head }, h) => {
    const start = (h * track.positions + 5) * headDim; // position 5: frame 4 has just been read
    const from = (layer * heads + head) * headDim;
    assertClose(track.z.subarray(start, start + headDim), z.subarray(from, from + headDim), 1e-5);
  });
});

test("heads patched with their own z change nothing", async () => {
  const plain = await run(here);
  const track = headTrack(model, plain.tokens, every);
  for (const from of ["new", "start"] as const) {
    const patched = await run(here, patch(track, { from }));
    assert.deepEqual(patched.tokens, plain.tokens);
    assert.ok(distance(patched.z, plain.z) < 1e-5);
  }
});

test("a head patched with another take's z has exactly that one's at the same position", async () => {
  const [plain, other] = [await run(here), await run(there)];
  const track = headTrack(model, other.tokens, every);
  const chosen = { layer: 1, head: 0 };
  const patched = await run(here, patch(track, { heads: [chosen] }));
  const at = (layer: number, head: number) => (layer * heads + head) * headDim;
  const place = at(chosen.layer, chosen.head);
  // The last position read is that of the last known column but one: 5 + 6 + codebooks - 2.
  const last = 5 + 6 + codebooks - 2;
  const index = track.heads.findIndex(({ layer, head }) => layer === 1 && head === 0);
  const expected = track.z.subarray((index * track.positions + last) * headDim).subarray(0, headDim);
  assert.deepEqual(patched.z.subarray(place, place + headDim), expected);
  assert.ok(distance(expected, plain.z.subarray(place, place + headDim)) > 1e-3);
  assert.ok(distance(expected, other.z.subarray(place, place + headDim)) < 1e-5);
});

test("a shift takes another position; past the end of the track the head is left alone", () => {
  const track = {
    model: { name: "made up", fingerprint: "0123456789abcdef" },
    heads: [{ layer: 0, head: 1 }],
    ...{ positions: 8, headDim: 4 },
    z: Float32Array.from({ length: 32 }, (_, i) => i),
  };
  const z = () => [1, 1, 1, 1];
  const first = (shift?: number, from?: "start") =>
    play(patch(track, { shift, from }), { steps: 6, z }).added.flatMap(({ values }) =>
      values[0].map(([, head]) => head[0] + 1),
    );
  // The prompt of 3 frames has positions 0 to 3; new positions follow from 4.
  assertClose(first(), [1, 1, 1, 1, 16, 20, 24, 28, 1, 1], 2e-6);
  assertClose(first(-2), [1, 1, 1, 1, 8, 12, 16, 20, 24, 28], 2e-6);
  assertClose(first(-2, "start"), [1, 1, 0, 4, 8, 12, 16, 20, 24, 28], 2e-6);
});

test("patching composes with ablation: the later one has the last word", () => {
  const track = {
    model: { name: "made up", fingerprint: "0123456789abcdef" },
    heads: [{ layer: 0, head: 1 }],
    ...{ positions: 20, headDim: 4 },
    z: new Float32Array(80).fill(7),
  };
  const z = () => [1, 1, 1, 1];
  const parts = [ablate(track.heads), patch(track, { from: "start" })];
  const left = (order: typeof parts) =>
    play(together(...order), { steps: 2, z }).added.flatMap(({ values }) =>
      values[0].map(([, head]) => head[0] + 1),
    );
  assertClose(left(parts), new Array(6).fill(7), 2e-6);
  assertClose(left([...parts].reverse()), new Array(6).fill(0), 2e-6);
});

test("what cannot be meant ends in one clear error", () => {
  const track = headTrack(model, here, [{ layer: 0, head: 0 }]);
  assert.throws(
    () => patch(track, { heads: [{ layer: 0, head: 1 }] }),
    /the track does not hold layer 0, head 1/,
  );
  assert.throws(() => patch(track, { shift: 0.5 }), /shift: expected an integer, found 0.5/);
  assert.throws(
    () => play(patch(track)),
    /the activations of patch belong to model tiny, fingerprint f; this is made up/,
  );
  assert.throws(() => headTrack(model, here, [{ layer: layers, head: 0 }]), /headTrack: there is no layer/);
  assert.throws(() => headTrack(model, [], [{ layer: 0, head: 0 }]), /headTrack/);
  assert.throws(() => headTrack(model, here, []), /headTrack: expected at least one head/);
});
