import assert from "node:assert/strict";
import { test } from "node:test";
import { probingChecks as check } from "../../lib/lessons";
import { wilson } from "../../lib/math/statistics";

const descend =
  ({ step = 0.3, rounds = 300, hasBias = true, l2 = 0 } = {}) =>
  (z: number[][], labels: number[]) => {
    let theta = z[0].map(() => 0);
    let bias = 0;
    for (let round = 0; round < rounds; round++) {
      const errors = z.map((row, i) => {
        const margin = row.reduce((sum, x, d) => sum + x * theta[d], bias);
        return 1 / (1 + Math.exp(-margin)) - labels[i];
      });
      theta = theta.map(
        (t, d) => t - step * (errors.reduce((sum, e, i) => sum + e * z[i][d], 0) / z.length + l2 * t),
      );
      if (hasBias) bias -= (step * errors.reduce((a, b) => a + b)) / z.length;
    }
    return { theta, bias };
  };

test("a probe may be fitted in any way that works; sign, bias, zeros and explosions are told", () => {
  assert.ok(check.fit(descend()).right, check.fit(descend()).message);
  assert.ok(check.fit(descend({ l2: 0.05, step: 1 })).right);
  const turned = (z: number[][], labels: number[]) => {
    const { theta, bias } = descend()(z, labels);
    return { theta: Float32Array.from(theta, (x) => -x), bias: -bias };
  };
  assert.match(check.fit(turned).message, /climb where it should descend/);
  assert.match(check.fit(descend({ hasBias: false })).message, /bias learnt too|more is to be had/);
  assert.match(check.fit(descend({ rounds: 0 })).message, /still zero/);
  assert.match(check.fit((z) => ({ theta: z[0].map(() => Number.NaN), bias: 0 })).message, /none/);
  assert.match(
    check.fit((z) => ({ theta: z[0].map((_, i) => Number(i === 4)), bias: 0 })).message,
    /more is to be had/,
  );
  assert.match(check.fit((z) => ({ theta: z[0] }) as never).message, /bias is missing/);
  assert.match(check.fit(() => [1, 2] as never).message, /theta: expected a list of numbers/);
});

test("folds may be dealt in any way that keeps songs whole and uses all of them", () => {
  const bySong = (order: (songs: number[]) => number[]) => (songs: number[], count: number) => {
    const known = order([...new Set(songs)]);
    return songs.map((song) => known.indexOf(song) % count);
  };
  assert.ok(check.folds(bySong((songs) => songs)).right);
  assert.ok(
    check.folds((s, n) => Int32Array.from(bySong((songs) => songs.sort((a, b) => b - a))(s, n))).right,
  );
  assert.match(check.folds((songs, count) => songs.map((_, i) => i % count)).message, /recognises it/);
  assert.match(check.folds((songs) => songs.map(() => 0)).message, /empty/);
  assert.match(
    check.folds((songs, count) => bySong((all) => all)(songs, count).map((f) => f + 1)).message,
    /from 0 to 4/,
  );
  assert.match(check.folds((songs) => [...new Set(songs)].map(() => 0)).message, /each gets a fold/);
});

test("an interval may be Wilson's or an exact one; one without width, beyond 1 or in percent is told", () => {
  assert.ok(check.interval(wilson).right);
  const jeffreysLike = (right: number, n: number) => {
    const [low, high] = wilson(right + 0.2, n + 0.4);
    return Float64Array.of(low, high);
  };
  assert.ok(check.interval(jeffreysLike).right, check.interval(jeffreysLike).message);
  const wald = (right: number, n: number) => {
    const half = 1.96 * Math.sqrt(((right / n) * (1 - right / n)) / n);
    return [right / n - half, right / n + half];
  };
  assert.match(check.interval(wald).message, /no width/);
  assert.match(check.interval((r, n) => wilson(r, n).map((x) => 100 * x)).message, /no percent/);
  assert.match(check.interval((r, n) => [...wilson(r, n)].reverse()).message, /low comes first/);
  assert.match(check.interval((r, n) => wilson(r, n, 0.6)).message, /too narrow/);
  assert.match(
    check.interval((r, n) => [0.9 * wilson(r, n)[0], Math.min(1, wilson(r, n)[1] + 0.1)]).message,
    /goes from/,
  );
  assert.match(check.interval((r, n) => [r / n] as number[]).message, /two numbers/);
});
