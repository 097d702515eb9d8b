import assert from "node:assert/strict";
import { test } from "node:test";
import { offStrips, withChoiceTurned, withMuteTurned, withSoloTurned, withStrip } from "../../lib/page/hands";

const grid = { trait: "drums", accuracy: [0.6, 0.8], low: [0, 0], high: [1, 1], threshold: 0.6, watched: [] };
const hands = { strips: offStrips({ drums: grid }), muted: [] };
const [first, second] = [
  { layer: 0, head: 0 },
  { layer: 0, head: 1 },
];

test("a head is muted and heard again", () => {
  const muted = withMuteTurned(hands, first);
  assert.deepEqual(muted.muted, [first]);
  assert.deepEqual(withMuteTurned(withMuteTurned(muted, second), first).muted, [second]);
});

test("alone means that all others are muted; once more, that all are heard", () => {
  const shape = { layers: 1, heads: 2 };
  const alone = withSoloTurned(hands, first, shape);
  assert.deepEqual(alone.muted, [second]);
  assert.deepEqual(withSoloTurned(alone, first, shape).muted, []);
  assert.deepEqual(withSoloTurned(alone, second, shape).muted, [first]);
});

test("heads are chosen by hand; without any the best ones steer", () => {
  const chosen = withChoiceTurned(hands, "drums", second);
  assert.deepEqual(chosen.strips.drums.heads, [[0, 1]]);
  assert.equal(withChoiceTurned(chosen, "drums", second).strips.drums.heads, undefined);
});

test("a strip changes in a new object, and nothing else does", () => {
  const changed = withStrip(hands, "drums", { alpha: 3 });
  assert.equal(changed.strips.drums.alpha, 3);
  assert.notEqual(changed.strips, hands.strips);
  assert.equal(changed.muted, hands.muted);
  assert.equal(hands.strips.drums.on, false);
});
