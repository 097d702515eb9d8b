import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { random } from "../../lib/math/random";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import { site, type Taps } from "../../lib/model/taps";
import { type CaptureModel, captureHeads, captureTokens } from "../../lib/probes/capture";
import { distance, openFixture } from "../model/musicgenFixture";

before(() => startBackend());

const tiny = () => openFixture("plain").model;

function grid({ codebooks, vocabulary }: CaptureModel, frames: number, seed: number): TokenGrid {
  const uniform = random(seed);
  return Array.from({ length: codebooks }, () =>
    Int32Array.from({ length: frames }, () => Math.floor(uniform() * vocabulary)),
  );
}

test("z is that of the position at which codebook 0 of the last frame has just been read", async () => {
  const model = tiny();
  const { codebooks, vocabulary: pad, layers, heads, headDim } = model;
  const clip = grid(model, 5, 1);
  // Fed by hand: position p of codebook k holds frame p - 1 - k.
  const delayed = clip.map((row, k) =>
    Int32Array.from({ length: 6 }, (_, p) => (p - 1 - k >= 0 ? row[p - 1 - k] : pad)),
  );
  assert.equal(delayed[0][5], clip[0][4]);
  if (codebooks > 1) assert.equal(delayed[1][5], clip[1][3]);
  const expected = new Float32Array(layers * heads * headDim);
  const taps: Taps = new Map();
  for (let layer = 0; layer < layers; layer++) {
    taps.set(site(layer, "selfAttention.z"), (z) => {
      const all = z.dataSync(); // [1, 6, heads, headDim]
      expected.set(all.slice(5 * heads * headDim), layer * heads * headDim);
      return undefined;
    });
  }
  model.decoder.prefill([delayed], { taps });
  const { z, shape } = await captureTokens(model, [clip]);
  assert.deepEqual(shape, [1, layers, heads, headDim]);
  assert.ok(distance(z, expected) < 1e-5);
});

test("clips do not depend on their company, their lengths may differ, and no tensor is left", async () => {
  const model = tiny();
  const clips = [4, 7, 4, 7, 4].map((frames, i) => grid(model, frames, i));
  const seen: number[] = [];
  const tensors = tf.memory().numTensors;
  const { z } = await captureTokens(model, clips, { batch: 2, onProgress: (done) => seen.push(done) });
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual(seen, [2, 3, 5]);
  const size = z.length / clips.length;
  for (const [i, clip] of clips.entries()) {
    const alone = await captureTokens(model, [clip]);
    assert.ok(distance(z.subarray(i * size, (i + 1) * size), alone.z) < 1e-5, `clip ${i}`);
  }
});

test("pairs become clips with, without, with, ... labelled, paired and grouped by song", async () => {
  const model = tiny();
  // A codec whose token is the loudness of the clip: enough to tell clips apart.
  const codec = {
    encode: (batch: Float32Array[]) =>
      batch.map((samples) =>
        Array.from({ length: model.codebooks }, () => new Int32Array(3).fill(Math.round(samples[0] * 10))),
      ),
  };
  const clip = (level: number) => ({ samples: new Float32Array(30).fill(level), sampleRate: 10 });
  const pairs = [7, 8, 7].map((song, i) => ({
    with: clip(0.1 * (2 * i + 1)),
    without: clip(0.1 * (2 * i)),
    trait: "drums",
    song,
  }));
  const full = { ...model, codec, sampleRate: 10, name: "tiny", fingerprint: "f" } as unknown as Parameters<
    typeof captureHeads
  >[0];
  const heads = await captureHeads(full, pairs, { batch: 4 });
  assert.deepEqual([...heads.labels], [1, 0, 1, 0, 1, 0]);
  assert.deepEqual([...heads.pair], [0, 0, 1, 1, 2, 2]);
  assert.deepEqual([...heads.group!], [7, 7, 8, 8, 7, 7]);
  assert.equal(heads.site, "layers.*.selfAttention.z");
  assert.deepEqual(heads.model, { name: "tiny", fingerprint: "f" });
  const tokens = [1, 0, 3, 2, 5, 4].map((level) =>
    Array.from({ length: model.codebooks }, () => new Int32Array(3).fill(level)),
  );
  assert.ok(distance(heads.z, (await captureTokens(model, tokens)).z) < 1e-5);
  await assert.rejects(captureHeads(full, []), /at least one pair/);
  await assert.rejects(captureHeads(full, pairs, { batch: 0 }), /batch: expected an integer from 1/);
  await assert.rejects(
    captureHeads(full, [pairs[0], { ...pairs[1], trait: "bass" }]),
    /one trait, found drums and bass/,
  );
});

test("grids that are not the model's are refused", async () => {
  const model = tiny();
  const empty = Array.from({ length: model.codebooks }, () => new Int32Array(0));
  await assert.rejects(captureTokens(model, [empty]), /clip 0: expected at least one frame/);
  await assert.rejects(captureTokens(model, [grid(model, 3, 0).slice(1)]), /clip 0: expected \d codebooks/);
  await assert.rejects(captureTokens(model, [], { batch: 0 }), /batch: expected an integer from 1/);
});

test("a signal stops it after the batch that it is at", async () => {
  const model = tiny();
  const stop = new AbortController();
  let clips = 0;
  const onProgress = (done: number) => {
    clips = done;
    if (done === 2) stop.abort();
  };
  const grids = [1, 2, 3, 4].map((seed) => grid(model, 4, seed));
  const captured = captureTokens(model, grids, { batch: 1, signal: stop.signal, onProgress });
  await assert.rejects(captured, { name: "AbortError" });
  assert.equal(clips, 2);
});
