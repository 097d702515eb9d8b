import assert from "node:assert/strict";
import { test } from "node:test";
import type { Examples } from "../../lib/page/example";
import { addMade, emptyTake, monitorOfRow, preparedTake } from "../../lib/page/take";

const examples = require("../../data/page/examples.json") as Examples;

test("a prepared take's two rows have a curve each", () => {
  for (const example of examples.takes) {
    const take = preparedTake(example, examples);
    const [steered, unsteered] = ([0, 1] as const).map((row) => monitorOfRow(take, row));
    assert.equal(unsteered.length, steered.length);
    assert.ok(unsteered.every((each) => each.length === examples.traits.length));
    assert.notDeepEqual(unsteered, steered);
  }
});

test("so has one that is being made", () => {
  const take = emptyTake({ number: 1, seed: 1, prompt: [[]], frames: 2, traits: ["drums"] });
  const seen = [{ step: 0, monitor: [0.7], unsteered: [0.2], threshold: [0.6], strength: [1] }];
  const none = { tokens: [], plain: [], next: [], moves: [], sound: [] };
  addMade(take, { say: "made", number: 1, speed: 1, seen, ...none });
  assert.deepEqual([monitorOfRow(take, 0), monitorOfRow(take, 1)], [[[0.7]], [[0.2]]]);
});
