import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, random } from "../../lib/math/random";
import { mean } from "../../lib/math/statistics";
import { atMatchedSuccess, matchTakes, type SweepRow, takeMatcher } from "../../lib/sweep/matchedSuccess";
import { assertClose } from "../close";

const row = (method: string, success: number, fad: number, n = 400): SweepRow => ({
  method,
  success,
  n,
  fad,
  fadLow: fad - 0.02,
  fadHigh: fad + 0.02,
});
const sweep = [
  row("none", 0.1, 0.3),
  row("iti", 0.5, 0.5),
  row("iti", 0.9, 0.9),
  row("smitin", 0.3, 0.3),
  row("smitin", 0.7, 0.4),
];

test("quality is interpolated where the methods succeed equally often", () => {
  const matched = atMatchedSuccess(sweep, { success: 0.6, resamples: 400 });
  const [iti, smitin] = matched.methods;
  assert.deepEqual([iti.method, smitin.method], ["iti", "smitin"]);
  assert.ok(Math.abs(iti.value - 0.6) < 1e-12 && Math.abs(smitin.value - 0.375) < 1e-12);
  assert.ok(iti.low < iti.value && iti.value < iti.high);
  const [difference] = matched.differences;
  assert.deepEqual([difference.a, difference.b], ["iti", "smitin"]);
  assertClose(difference.value, 0.225, 1e-12);
  assert.ok(difference.low > 0 && difference.low < difference.value && difference.high > difference.value);
  assert.equal(matched.outside, 0);
  assert.deepEqual(atMatchedSuccess(sweep, { success: 0.6, resamples: 400 }), matched);
});

test("of cells of equal success the first counts, not those that steer on without need", () => {
  const cells = [
    row("none", 0, 1),
    row("iti", 0.5, 2),
    row("iti", 0.5, 8),
    row("iti", 0.9, 5),
    row("iti", 0.9, 50),
  ];
  const at = (success: number) => atMatchedSuccess(cells, { success, resamples: 10 }).methods[0].value;
  assert.ok(
    Math.abs(at(0.5) - 2) < 1e-9 && Math.abs(at(0.25) - 1.5) < 1e-9 && Math.abs(at(0.7) - 3.5) < 1e-9,
  );
});

test("by default methods meet in the middle of what both reach; none begins every curve", () => {
  const { success, range } = atMatchedSuccess(sweep, { resamples: 10 });
  assert.deepEqual(range, [0.1, 0.7]);
  assertClose(success, 0.4, 1e-12);
});

test("success that a method does not reach is refused, with what it reaches", () => {
  assert.throws(
    () => atMatchedSuccess(sweep, { success: 0.8 }),
    /reaches 0.8: iti 0.1 to 0.9, smitin 0.1 to 0.7/,
  );
  assert.throws(() => atMatchedSuccess([row("iti", 0.5, 1)]), /at least two cells of iti, found 1/);
  assert.throws(() => atMatchedSuccess([]), /at least one method, found none/);
  assert.throws(() => atMatchedSuccess([row("iti", 1.5, 1)]), /found 1.5, 400 and 1/);
});

test("with the takes at hand, what prompts have in common cancels", () => {
  const uniform = random(5);
  const takes = 120;
  const easy = Array.from({ length: takes }, () => normal(uniform)); // of each prompt, for every method
  const cell = (method: string, rate: number, quality: number) => {
    const values = easy.map((shared) => quality + shared + 0.1 * normal(uniform));
    return {
      method,
      hits: Array.from({ length: takes }, () => uniform() < rate),
      quality: (picked: ArrayLike<number>) => mean(Array.from(picked, (take) => values[take])),
    };
  };
  const cells = [cell("a", 0.2, 1), cell("a", 0.8, 1.6), cell("b", 0.2, 0.9), cell("b", 0.8, 1.1)];
  const matched = matchTakes(cells, { success: 0.5, resamples: 200 });
  const { differences, methods } = matched;
  const compare = takeMatcher(cells, { resamples: 200 });
  assert.notDeepEqual(compare(0.4), matched);
  assert.deepEqual(compare(0.5), matched);
  assert.ok(differences[0].low > 0.1 && differences[0].high < 0.5, JSON.stringify(differences));
  assert.ok(methods[0].high - methods[0].low > differences[0].high - differences[0].low);
  assert.throws(
    () => matchTakes([cells[0], { ...cells[1], hits: [true] }]),
    /first cell's 120, at least one, found 1/,
  );
});
