import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bootstrap,
  deviation,
  mcnemar,
  median,
  pairedDifference,
  pearson,
  quantile,
  signedRankTest,
  signTest,
  spearman,
  wilson,
} from "../../lib/math/statistics";
import { assertClose } from "../close";
import { judgesFixture } from "../judges/fixture";

test("wilson agrees with published values and stays in [0, 1]", () => {
  // statsmodels proportion_confint(10, 50, method="wilson"), (0, 20), (20, 20)
  const [low, high] = wilson(10, 50);
  assertClose(low, 0.112437, 1e-4);
  assertClose(high, 0.330372, 1e-4);
  const [zero, some] = wilson(0, 20);
  assertClose(zero, 0, 1e-4);
  assertClose(some, 0.161125, 1e-4);
  assert.deepEqual(wilson(20, 20)[1], 1);
  assert.throws(() => wilson(3, 2), /found 3 of 2/);
  assert.throws(() => wilson(0, 0), RangeError);
  assert.throws(() => wilson(Number.NaN, 2), RangeError);
});

test("the bootstrap interval of a mean has the width theory gives it, and a seed fixes it", () => {
  const sample = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const { value, low, high } = bootstrap(sample, { seed: 5 });
  assert.equal(value, 0.25);
  const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
  assertClose(low, 0.25 - half, 0.01);
  assertClose(high, 0.25 + half, 0.01);
  assert.deepEqual(bootstrap(sample, { seed: 5 }), { value, low, high });
  const pairs = bootstrap([1, 2, 3, 40], { statistic: (items) => median(items), seed: 1 });
  assert.equal(pairs.value, 2.5);
  assert.throws(() => bootstrap([]), /at least one value/);
  const alike = Array.from({ length: 400 }, (_, i) => (i % 100) % 2); // a hundred cases, four times
  const width = (clusters?: number[]) => {
    const { low, high } = bootstrap(alike, { clusters });
    return high - low;
  };
  const ratio = width(alike.map((_, i) => i % 100)) / width();
  assert.ok(ratio > 1.7 && ratio < 2.3, `four alike tell no more than one: ${ratio}`);
  const each = Array.from({ length: 400 }, (_, i) => i);
  assert.deepEqual(bootstrap(alike, { clusters: each }), bootstrap(alike));
  assert.throws(() => bootstrap([1, 2, 3], { clusters: [1, 2] }), /a cluster for each of 3 cases, found 2/);
});

test("McNemar's and the sign test are the exact binomial test on the cases that differ", () => {
  const a = [...Array(9).fill(true), ...Array(2).fill(false), ...Array(10).fill(true)];
  const b = [...Array(9).fill(false), ...Array(2).fill(true), ...Array(10).fill(true)];
  const { onlyA, onlyB, p } = mcnemar(a, b);
  assert.deepEqual([onlyA, onlyB], [9, 2]);
  assertClose(p, 0.0654296875, 1e-12); // 2 (C(11,0) + C(11,1) + C(11,2)) / 2^11
  assert.equal(mcnemar([1, 0], [1, 0]).p, 1);
  const signs = signTest([3, 2, 5, 5], [1, 1, 1, 5]);
  assert.deepEqual([signs.more, signs.less], [3, 0]);
  assertClose(signs.p, 0.25, 1e-12);
  assertClose(signTest(Array(2000).fill(1), Array(2000).fill(0)).p, 0, 1e-12);
  assert.throws(() => mcnemar([1], [1, 0]), /found 1 and 2 values/);
});

test("the signed-rank test is SciPy's: with ties and zeros, exactly, and for many pairs", () => {
  for (const { a, b, p } of judgesFixture.signedRank) assertClose(signedRankTest(a, b).p, p, 1e-9);
  assert.deepEqual(signedRankTest([1, 2, 5, 3], [0, 4, 1, 3]), { more: 4, less: 2, p: 0.75 });
  assert.equal(signedRankTest([1, 2], [1, 2]).p, 1);
  assert.ok(signedRankTest(Array(300).fill(1), Array(300).fill(0)).p < 1e-60);
  assert.throws(
    () => signedRankTest([1, Number.NaN], [1, 2]),
    /expected finite values, found NaN and 2 at 1/,
  );
  assert.throws(() => signedRankTest([], []), /found 0 and 0 values/);
});

test("a paired difference is as sure as its pairs agree", () => {
  const b = Array.from({ length: 50 }, (_, i) => 10 * Math.sin(i));
  const a = b.map((x, i) => x + 1 + 0.1 * Math.cos(i));
  const { value, low, high } = pairedDifference(a, b);
  assertClose(value, 1, 0.01);
  assert.ok(low > 0.95 && high < 1.05, `${low} ${high}`);
  assert.throws(() => pairedDifference([1], [1, 2]), /found 1 and 2 values/);
});

test("draws in which a statistic is undefined are left out of the bootstrap", () => {
  const { low, high } = bootstrap([0, 1], { statistic: (items) => 0 / (items[0] + items[1]) });
  assert.deepEqual([low, high], [0, 0]);
});

test("spearman shares ranks among ties", () => {
  assertClose(spearman([1, 2, 3, 4], [10, 20, 30, 40]), 1, 1e-4);
  assertClose(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1, 1e-4);
  assertClose(spearman([1, 2, 2, 3], [1, 3, 2, 4]), 0.9486833, 1e-4); // scipy.stats.spearmanr
  assert.ok(Number.isNaN(spearman([1, 1], [1, 2])));
  assertClose(pearson([1, 2, 3], [2, 4, 7]), 0.9933993, 1e-4);
});

test("median, deviation and quantile are NumPy's", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median(new Float32Array([9, 1, 3])), 3);
  assertClose(deviation([1, 2, 3, 4]), 1.118034, 1e-4);
  assert.equal(quantile([0, 10], 0.25), 2.5);
});
