import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bestHead, headGrid } from "../../lib/figures/headGrid";
import { scores } from "./examples";

const three = {
  trait: "drums",
  heads: [
    { layer: 0, head: 0, accuracy: 0.5123456, interval: [0.45, 0.57] as [number, number] },
    { layer: 1, head: 2, accuracy: 0.943, interval: [0.91, 0.965] as [number, number] },
    { layer: 1, head: 0, accuracy: 0.7, interval: [0.65, 0.75] as [number, number] },
  ],
};

describe("headGrid", () => {
  test("lays accuracies out as layers by heads, on the fixed scale from chance to 1", () => {
    const { data, layout } = headGrid(three);
    const [grid] = data;
    assert.deepEqual(grid.z, [
      [0.5123, null, null],
      [0.7, null, 0.943],
    ]);
    assert.deepEqual([grid.type, grid.zmin, grid.zmax], ["heatmap", 0.5, 1]);
    assert.deepEqual((layout.xaxis as { range: number[] }).range, [-0.5, 2.5]);
    assert.deepEqual((layout.yaxis as { range: number[] }).range, [-0.5, 1.5]);
  });

  test("tells layer, head, accuracy and interval on hovering", () => {
    const [grid] = headGrid(three).data;
    assert.equal((grid.customdata as string[][])[1][2], "91.0–96.5%");
    assert.match(grid.hovertemplate as string, /layer %\{y\}, head %\{x\}.*%\{z:\.1%\}.*%\{customdata\}/);
  });

  test("names and frames the best head", () => {
    const { layout } = headGrid(three);
    const { subtitle } = layout.title as { subtitle: { text: string } };
    assert.equal(subtitle.text, "best: layer 1, head 2, 94.3% (91.0–96.5%)");
    const [frame] = layout.shapes as Record<string, number>[];
    assert.deepEqual([frame.x0, frame.x1, frame.y0, frame.y1], [1.5, 2.5, 0.5, 1.5]);
    assert.equal(bestHead(three), three.heads[1]);
  });

  test("takes the model's shape for a set of a few heads", () => {
    const [grid] = headGrid({ ...three, shape: { layers: 4, heads: 5 } }).data;
    const rows = grid.z as unknown[][];
    assert.deepEqual([rows.length, rows[3].length], [4, 5]);
  });

  test("writes numbers into large cells only, and fits the size of musicgen-large", () => {
    const [small] = headGrid(scores(6, 6)).data;
    const [[accuracy]] = small.z as number[][];
    assert.equal(small.texttemplate, "%{text}");
    assert.match((small.text as string[][])[0][0], new RegExp(`>${Math.round(100 * accuracy)}%<`));
    const large = headGrid(scores(48, 32));
    assert.equal(large.data[0].texttemplate, undefined);
    assert.ok(large.layout.height! < 900);
  });

  test("refuses an empty set", () => {
    assert.throws(() => headGrid({ trait: "bass", heads: [] }), /no head with a probe for "bass"/);
  });
});
