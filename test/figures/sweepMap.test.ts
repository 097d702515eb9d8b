import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sweepLines } from "../../lib/figures/sweepLines";
import { sweepMap } from "../../lib/figures/sweepMap";
import { type SummedSweep, type SweepPoint, seriesOf } from "../../lib/figures/sweepSeries";
import { figureProblems, figureSvg } from "../../lib/stills/still";

const row = (method: string, alpha: number | null, topK: number | "all" | null, success: number) => ({
  method,
  alpha,
  topK,
  direction: alpha === null ? null : "probe",
  schedule: alpha === null ? null : "own",
  n: 40,
  success,
  interval: [success / 2, (1 + success) / 2] as [number, number],
  similarity: 0.9 - success / 2,
  similarityInterval: [0.85 - success / 2, 0.95 - success / 2] as [number, number],
});

const sweep = {
  summary: [
    row("none", null, null, 0.05),
    ...[2, 10].flatMap((alpha) => [1, 16].map((k) => row("iti", alpha, k, 0.02 * alpha + 0.01 * k))),
    row("smitin", 2, "all", 0.1),
    row("smitin", 5, "all", 0.2),
  ],
};

describe("sweepMap", () => {
  test("lays success and coherence out as lines by alphas, the reference at alpha 0, gaps where nothing was tried", () => {
    const { data, layout } = sweepMap(sweep);
    const [success, coherence] = data;
    assert.deepEqual(
      [success.x, success.y],
      [
        ["0", "2", "5", "10"],
        ["SMITIN", "ITI, K 16", "ITI, K 1"],
      ],
    );
    assert.deepEqual(success.z, [
      [0.05, 0.1, 0.2, null],
      [0.05, 0.2, null, 0.36],
      [0.05, 0.05, null, 0.21],
    ]);
    assert.deepEqual([success.zmin, success.zmax], [0, 1]);
    assert.deepEqual(
      [coherence.xaxis, coherence.yaxis, (coherence.z as number[][])[0][0]],
      ["x2", "y2", 0.875],
    );
    assert.equal((success.customdata as string[][])[0][1], "5.0–55.0%, n = 40");
    assert.match(
      (layout.title as { subtitle: { text: string } }).subtitle.text,
      /n = 40 takes a point; alpha 0/,
    );
  });

  test("is drawn whole: plotly knows every attribute, labels and numbers are there", async () => {
    const figure = sweepMap(sweep);
    assert.deepEqual(figureProblems(figure), []);
    const svg = await figureSvg(figure);
    for (const label of ["SMITIN", "ITI, K 16", "success", "similarity to the prompt", "36%", "0.88"])
      assert.ok(svg.includes(`>${label}<`), label);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });

  test("has one panel without coherence; refuses a sweep without a judge or without steering", () => {
    const points = sweep.summary.map(
      ({ similarity: _, similarityInterval: __, ...point }): SweepPoint => point,
    );
    assert.equal(sweepMap(points).data.length, 1);
    assert.throws(() => sweepMap(points.slice(0, 1)), /expected points with an alpha/);
    const unjudged: SummedSweep = {
      summary: sweep.summary.map((one) => ({ ...one, success: null, interval: null })),
    };
    assert.throws(() => sweepMap(unjudged), /expected a sweep with a judge's decisions/);
    assert.throws(() => sweepMap([]), /at least one point of a sweep/);
  });
});

describe("sweepLines of a sweep", () => {
  test("draws a line for each K of a method, in shades of its colour, and the reference as a level", () => {
    const lines = sweepLines(sweep).data.filter(({ name, xaxis }) => name && !xaxis);
    assert.deepEqual(
      lines.map(({ name, x, customdata }) => [
        name,
        name === "none" ? x : (customdata as unknown[][]).map(([alpha]) => alpha),
      ]),
      [
        ["none", [2, 10]],
        ["ITI, K 1", [2, 10]],
        ["ITI, K 16", [2, 10]],
        ["SMITIN", [2, 5]],
      ],
    );
    const colours = lines.map(({ line }) => (line as { color: string }).color);
    assert.equal(new Set(colours).size, 4);
    assert.equal(colours[1], "#d55e00");
    assert.equal(new Set(lines.map(({ marker }) => (marker as { symbol: string })?.symbol)).size, 3);
  });

  test("gives many lines whiskers a little apart instead of bands", () => {
    const { data, layout } = sweepLines(sweep);
    const [, iti1, iti16] = data.filter(({ name, xaxis }) => name && !xaxis);
    const [a, b] = [iti1, iti16].map(({ x }) => x as number[]);
    assert.ok(a[0] < b[0] && b[0] - a[0] < 0.5);
    const { array, arrayminus } = iti1.error_y as { array: number[]; arrayminus: number[] };
    const { success, interval } = sweep.summary[1];
    assert.ok(Math.abs(array[0] - (interval[1] - success)) < 1e-9);
    assert.ok(Math.abs(arrayminus[0] - (success - interval[0])) < 1e-9);
    assert.equal(data.filter(({ fill }) => fill).length, 2); // the reference's, in both panels
    assert.match(
      (layout.title as { subtitle: { text: string } }).subtitle.text,
      /whiskers are 95% intervals/,
    );
  });

  test("has room for every name of a long legend", () => {
    const ks = Array.from({ length: 24 }, (_, k) => row("iti", 2, k + 1, 0.1));
    const { layout } = sweepLines({ summary: [...ks, row("iti", 2, "all", 0.1)] });
    const { t, b, r } = layout.margin as Record<string, number>;
    assert.ok(layout.height! - t - b >= 25 * 19, "25 entries of 19 pixels below each other");
    assert.ok(r - 28 >= 48 + "ITI, all heads".length * 6.6, "a line and its name");
  });

  test("puts the legend of many lines beside the panels", () => {
    const more = { summary: [...sweep.summary, ...[4, 8, 16].map((k) => row("smitin", 2, k, 0.1))] };
    const { layout } = sweepLines(more);
    assert.equal((layout.legend as { orientation: string }).orientation, "v");
    assert.deepEqual(
      seriesOf(more.summary).map(({ name }) => name),
      ["none", "ITI, K 1", "ITI, K 16", "SMITIN, all heads", "SMITIN, K 4", "SMITIN, K 8", "SMITIN, K 16"],
    );
    assert.deepEqual(figureProblems(sweepLines(more)), []);
  });
});
