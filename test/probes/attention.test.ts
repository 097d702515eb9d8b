import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { delay } from "../../lib/model/generate/delay";
import { site, type Tap, type Taps } from "../../lib/model/taps";
import { type AttentiveModel, meanBack, readAttention } from "../../lib/probes/attention";
import { distance, openFixture } from "../model/musicgenFixture";

before(() => startBackend());

const open = () => {
  const { model, grid } = openFixture("plain");
  return { model: model as unknown as AttentiveModel, grid: grid("continuation") };
};

test("a clip is read with the delay pattern: patterns are those of one pass over its positions", () => {
  const { model, grid } = open();
  const { heads, layers, vocabulary, decoder } = model;
  const reading = readAttention(model, grid);
  const tokens = delay(grid, grid[0].length, vocabulary);
  assert.equal(reading.positions, tokens[0].length);
  for (let layer = 0; layer < layers; layer++) {
    const expected: number[] = [];
    const note: Tap = (pattern) => void expected.push(...pattern.dataSync());
    decoder.prefill([tokens], { taps: new Map([[site(layer, "selfAttention.pattern"), note]]) });
    const { own, text } = reading.layer(layer);
    assert.ok(distance(own, expected) < 1e-5);
    assert.equal(text, undefined);
    for (let head = 0; head < heads; head++) {
      // What is n positions back, averaged over the positions that have it; the start token left out.
      const n = 2;
      let [sum, count] = [0, 0];
      for (let p = n + 1; p < reading.positions; p++, count++)
        sum += own[(p * heads + head) * reading.positions + p - n];
      assert.ok(Math.abs(reading.back[layer][head][n] - sum / count) < 1e-6);
    }
  }
  assert.throws(() => reading.layer(layers), /layer: expected an integer from 0 to 1, found 2/);
  assert.throws(() => readAttention(model, [Int32Array.of(99)]), /readAttention/);
});

test("more taps take part: what the others look at when a head's z is gone", () => {
  const { model, grid } = open();
  const out: Taps = new Map([[site(0, "selfAttention.z"), (z) => tf.mul(z, 0)]]);
  const [plain, without] = [readAttention(model, grid), readAttention(model, grid, { taps: out })];
  assert.deepEqual(without.layer(0).own, plain.layer(0).own);
  assert.ok(distance(without.layer(1).own, plain.layer(1).own) > 1e-3);
});

test("mean distance: of a head on itself 0, on the one before 1, on both alike a half", () => {
  assert.equal(meanBack([1, 0, 0]), 0);
  assert.equal(meanBack([0, 1, 0]), 1);
  assert.equal(meanBack([0.2, 0.2, 0]), 0.5);
  assert.equal(meanBack([0, 0, 0]), 0);
});
