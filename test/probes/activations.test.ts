import assert from "node:assert/strict";
import { test } from "node:test";
import { ofHead } from "../../lib/probes/activations";
import { probeAt } from "../../lib/probes/probe";
import { trainProbes } from "../../lib/probes/train";
import { activations } from "./activations";

test("ofHead gives one head's z, clip by clip, with the clips' labels", () => {
  const z = Float32Array.from({ length: 2 * 3 * 2 * 2 }, (_, i) => i); // [2 clips, 3 layers, 2 heads, 2]
  const all = { ...activations(), z, shape: [2, 3, 2, 2] as [number, number, number, number] };
  const one = ofHead(all, { layer: 1, head: 1 });
  assert.deepEqual([...one.z], [6, 7, 18, 19]); // (0 x 3 + 1) x 2 + 1 = 3, twice; (1 x 3 + 1) x 2 + 1 = 9
  assert.deepEqual(one.shape, [2, 1, 1, 2]);
  assert.equal(one.labels, all.labels);
});

test("a probe trained on one head alone is the one trained among all; probeAt finds it", () => {
  const data = activations();
  const among = trainProbes(data);
  for (const head of [
    { layer: 0, head: 1 },
    { layer: 1, head: 0 },
  ]) {
    const [alone] = trainProbes(ofHead(data, head)).heads;
    assert.deepEqual({ ...alone, ...head }, probeAt(among, head));
  }
});

test("a head that is not there is refused by name", () => {
  const data = activations();
  for (const head of [
    { layer: 2, head: 0 },
    { layer: 0, head: -1 },
    { layer: 0.5, head: 0 },
  ])
    assert.throws(
      () => ofHead(data, head),
      /ofHead: there is no layer .* the activations hold 2 layers of 2 heads/,
    );
  assert.throws(
    () => probeAt(trainProbes(data).top(1), { layer: 0, head: 0 }),
    /probes of drums: there is no probe of layer 0, head 0/,
  );
});
