import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { envelope, waveform } from "../../lib/figures/waveform";
import { clip } from "./examples";

describe("envelope", () => {
  test("keeps every span's extremes", () => {
    const samples = Float32Array.of(0, 0.5, -0.25, 0, 1, -1, 0.125, 0.25);
    assert.deepEqual(envelope({ samples, sampleRate: 4 }, 4), {
      time: [0.25, 0.75, 1.25, 1.75],
      low: [0, -0.25, -1, 0.125],
      high: [0.5, 0, 1, 0.25],
    });
  });

  test("has no more spans than samples", () => {
    assert.deepEqual(envelope({ samples: Float32Array.of(0.5), sampleRate: 1 }).high, [0.5]);
  });
});

describe("waveform", () => {
  test("fills between lowest and highest over the clip's seconds", () => {
    const { data, layout } = waveform(clip());
    assert.equal(data[1].fill, "tonexty");
    assert.deepEqual((layout.xaxis as { range: number[] }).range, [0, 2]);
    const [low, high] = (layout.yaxis as { range: number[] }).range;
    assert.equal(low, -high);
    assert.ok((data[1].y as number[]).every((value) => value < high));
  });
});
