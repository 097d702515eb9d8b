import assert from "node:assert/strict";
import { test } from "node:test";
import { packagePath } from "../../lib/disk/packageRoot";
import { loadProbes } from "../../lib/disk/probeFile";
import { defaultStrip } from "../../lib/live/strip";
import type { Examples } from "../../lib/page/example";
import { gridOf } from "../../lib/page/grid";
import { expectedSuccess } from "../../lib/page/measured";
import { methodStrip } from "../../lib/page/methodStrip";
import { movesAt } from "../../lib/page/moves";
import { nextTokens } from "../../lib/page/nextTokens";
import { binPeaks } from "../../lib/page/peaks";
import { verdictOf } from "../../lib/page/verdict";

test("next tokens are those that are drawn from, the likeliest first", () => {
  const { token, probability } = nextTokens(Float32Array.of(0, Math.log(3), -50, Math.log(4)), { topK: 3 });
  assert.deepEqual(token, [3, 1, 0]);
  assert.deepEqual(probability, [0.5, 0.375, 0.125]);
  assert.deepEqual(nextTokens(Float32Array.of(0, Math.log(2)), { temperature: 0.5 }).probability, [0.8, 0.2]);
});

test("expected success follows the measured rates, and says nothing beyond them", () => {
  assert.equal(expectedSuccess("drums", "smitin", 20), 39);
  assert.equal(expectedSuccess("drums", "smitin", 30), 62);
  assert.equal(expectedSuccess("drums", "iti", 0), 9);
  assert.equal(expectedSuccess("drums", "iti", 11), undefined);
  assert.equal(expectedSuccess("drums", "iti", -1), undefined);
  assert.equal(expectedSuccess("mine", "iti", 5), undefined);
});

test("the page's strips are the console's with another strength", () => {
  const probes = loadProbes(packagePath("data/page/drums.json"));
  for (const method of ["iti", "smitin"] as const) {
    const { alpha, ...strip } = methodStrip(gridOf(probes), method);
    const { alpha: _, ...known } = defaultStrip(probes, method);
    assert.ok(alpha > 0);
    assert.ok(Math.abs(strip.threshold - known.threshold) < 0.0006); // the grid has three digits
    assert.deepEqual({ ...strip, threshold: 0 }, { ...known, threshold: 0 });
  }
});

test("what was prepared belongs together", () => {
  const { takes, traits, shape, model } = require("../../data/page/examples.json") as Examples;
  for (const { trait, ...grid } of traits) {
    const probes = loadProbes(packagePath(`data/page/${trait}.json`), model);
    assert.deepEqual(gridOf(probes), { trait, ...grid });
    assert.equal(grid.accuracy.length, shape.layers * shape.heads);
  }
  for (const { tokens, plain, monitor, strength, peaks, prompt } of takes) {
    assert.deepEqual(
      [tokens[0].length, plain[0].length, monitor.length, strength.length].map((n) => n >= 400),
      [true, true, true, true],
    );
    assert.equal(peaks[0].length, 2 * (prompt[0].length + tokens[0].length));
  }
});

test("moves hold from their step on", () => {
  const moves = [
    { step: 0, strips: {} },
    { step: 5, strips: {}, muted: [{ layer: 0, head: 1 }] },
  ];
  assert.equal(movesAt(moves, 4).strips, moves[0].strips);
  assert.equal(movesAt(moves, 4).muted, movesAt(moves, 0).muted); // another object would be another move
  assert.equal(movesAt(moves, 5).muted, moves[1].muted);
});

test("peaks are the loudest samples of equal parts", () => {
  assert.deepEqual(binPeaks([0.1, -0.5, 0.2, 0.3, -0.4], 2), [0.5, 0.3, 0.4]);
});

test("a verdict says what luck would have done", () => {
  const best = { layer: 1, head: 2, accuracy: 0.8, low: 0.6, high: 0.9 };
  const good = verdictOf({ best, trait: "mine", count: 10, chance: { reached: 1, tries: 39 } });
  assert.equal(good.canTell, true);
  assert.match(good.words, /right in 80 % of 20 clips .*60 % to 90 %; chance is 50 %.*in 1 of 39 tries/);
  const poor = verdictOf({ best, trait: "mine", count: 10, chance: { reached: 2, tries: 39 } });
  assert.equal(poor.canTell, false);
  assert.match(poor.words, /^These probes can't tell mine yet/);
});
