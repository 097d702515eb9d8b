import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { headClips, headPlane, headView } from "../../lib/figures/headView";
import type { Probe } from "../../lib/probes/probe";
import { assertClose } from "../close";
import { headClips as exampleClips } from "./examples";

describe("headPlane", () => {
  test("finds theta's coordinate and the strongest direction orthogonal to it", () => {
    const clips = exampleClips(400); // apart along axis 0, stretched along axis 3
    const { along, across, share } = headPlane(clips);
    const mean = along.reduce((sum, _, clip) => sum + clips.z[clip * 16 + 3], 0) / 400;
    for (let clip = 0; clip < 400; clip++) {
      assertClose(along[clip], clips.z[clip * 16], 1e-4);
      assertClose(across[clip], clips.z[clip * 16 + 3] - mean, 0.3);
    }
    assert.ok(share > 0.7 && share < 0.85); // 4 of 4 + 14 * .09
  });

  test("does not confuse variance along theta with variance across it", () => {
    const z = Float32Array.of(10, 1, -10, -1, 10, -1, -10, 1);
    const plane = headPlane({ z, labels: [1, 0, 1, 0], theta: Float32Array.of(1, 0) });
    assert.deepEqual(plane, { along: [10, -10, 10, -10], across: [1, -1, -1, 1], share: 1 });
  });

  test("refuses lengths that contradict each other", () => {
    assert.throws(
      () => headPlane({ z: new Float32Array(7), labels: [0, 1], theta: new Float32Array(4) }),
      /z of \[2 clips, 4\] values, found 7/,
    );
  });
});

describe("headView", () => {
  test("shows clips with and without the trait, and the probe's boundary", () => {
    const { data, layout } = headView(exampleClips(50));
    assert.deepEqual(
      data.map(({ name }) => name),
      ["without drums", "with drums"],
    );
    assert.deepEqual(
      data.map(({ x }) => (x as number[]).length),
      [25, 25],
    );
    assert.deepEqual((data[1].customdata as number[]).slice(0, 3), [1, 3, 5]);
    assert.equal((layout.shapes as { x0: number }[])[0].x0, 0);
  });
});

describe("headClips", () => {
  const activations = {
    z: Float32Array.from({ length: 2 * 3 * 2 * 2 }, (_, i) => i), // [2 clips, 3 layers, 2 heads, 2]
    shape: [2, 3, 2, 2] as [number, number, number, number],
    labels: Uint8Array.of(0, 1),
    pair: Int32Array.of(0, 0),
    trait: "bass",
    site: "layers.*.selfAttention.z",
    model: { name: "tiny", fingerprint: "0" },
    recipe: "numbers",
  };
  const probe = {
    layer: 1,
    head: 1,
    theta: Float32Array.of(0, 1),
    weight: 2,
    bias: -3,
    accuracy: 0.8,
  } as Probe;

  test("takes one head's z out of all, with the probe's boundary", () => {
    const clips = headClips(activations, probe);
    assert.deepEqual([...clips.z], [6, 7, 18, 19]);
    assert.deepEqual([clips.boundary, clips.trait, clips.accuracy], [1.5, "bass", 0.8]);
    assert.deepEqual(headView(clips).data[1].x, [19]);
  });

  test("refuses a head that was not captured", () => {
    assert.throws(
      () => headClips(activations, { ...probe, layer: 3 }),
      /layer 3, head 1 .* 3 layers of 2 heads/,
    );
  });
});
