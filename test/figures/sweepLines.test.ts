import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sweepLines } from "../../lib/figures/sweepLines";
import { methodColours } from "../../lib/figures/theme";
import { sweep } from "./examples";

describe("sweepLines", () => {
  test("draws one line a method in each panel, in the method's own colour, alphas in order", () => {
    const { data, layout } = sweepLines([...sweep].reverse());
    const lines = data.filter(({ name }) => name);
    assert.deepEqual(
      lines.filter(({ xaxis }) => !xaxis).map(({ name }) => name),
      ["SMITIN", "ITI", "none"],
    );
    assert.deepEqual(lines.filter(({ xaxis }) => xaxis === "x2").length, 3);
    const iti = lines.find(({ name }) => name === "ITI")!;
    assert.deepEqual(iti.x, [0, 2, 5, 10]);
    assert.equal((iti.line as { color: string }).color, methodColours.ITI);
    assert.equal((layout.yaxis2 as { title: { text: string } }).title.text, "similarity to the prompt");
  });

  test("draws intervals as bands around the line", () => {
    const { data } = sweepLines(sweep.filter(({ method }) => method === "ITI"));
    const [band, line] = data;
    const [edge, middle] = [band.y as number[], line.y as number[]];
    for (let i = 0; i < 4; i++) assert.ok(edge[i] > middle[i] && middle[i] > edge[7 - i]);
  });

  test("draws a method without alpha as a level line over the whole span", () => {
    const line = sweepLines(sweep).data.find(({ name }) => name === "none")!;
    assert.deepEqual(
      [line.x, line.y],
      [
        [0, 10],
        [0.074, 0.074],
      ],
    );
  });

  test("has one panel without coherence, tells n, and refuses no points", () => {
    const { data, layout } = sweepLines(sweep.map(({ coherence: _, ...point }) => point));
    assert.ok(data.every(({ xaxis }) => xaxis === undefined));
    assert.equal(layout.xaxis2, undefined);
    assert.match((layout.title as { subtitle: { text: string } }).subtitle.text, /^n = 100 takes/);
    assert.throws(() => sweepLines([]), /at least one point of a sweep/);
  });
});
