import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { spectrogram } from "../../lib/figures/spectrogram";
import { clip } from "./examples";

describe("spectrogram", () => {
  test("is in dB over a full-scale sine, floored at -50, in seconds and Hz", () => {
    const samples = Float32Array.from(
      { length: 16000 },
      (_, i) => 0.1 * Math.sin((2 * Math.PI * 3000 * i) / 16000),
    );
    const { data, layout } = spectrogram({ samples, sampleRate: 16000 });
    const [grid] = data;
    const rows = grid.z as number[][];
    assert.deepEqual([rows.length, rows[0].length, grid.dx], [64, 63, 256 / 16000]);
    const middle = rows.map((row) => row[30]);
    const loudest = middle.indexOf(Math.max(...middle));
    assert.match((grid.y as string[])[loudest], /^(29|30)\d\d\.\d Hz$/);
    assert.ok(middle[loudest] > -21 && middle[loudest] < -14, `${middle[loudest]} dB`);
    assert.equal(middle[3], -50.5);
    const { tickvals, ticktext } = layout.yaxis as { tickvals: number[]; ticktext: string[] };
    assert.deepEqual(ticktext, ["100", "200", "500", "1k", "2k", "5k"]);
    assert.ok(tickvals.every((value, i) => i === 0 || value > tickvals[i - 1]));
  });

  test("has a fixed range for comparing, and no more columns than can be seen", () => {
    const { data } = spectrogram(clip(30), { range: [-50, 0] });
    assert.deepEqual([data[0].zmin, data[0].zmax], [-50, 0]);
    const columns = (data[0].z as number[][])[0].length;
    assert.ok(columns > 400 && columns <= 801, `${columns}`);
  });
});
