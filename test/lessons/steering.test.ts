import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { steeringChecks as check, type PushedHead } from "../../lib/lessons";
import { site, type Tap, type Taps } from "../../lib/model/taps";

before(() => startBackend());

test("a spread may be taken by n or n - 1; variance, a long theta, no middle and the range are told", () => {
  const along = (z: number[][], theta: number[], unit = true) => {
    const length = unit ? Math.hypot(...theta) : 1;
    return z.map((row) => row.reduce((sum, x, d) => sum + (x * theta[d]) / length, 0));
  };
  const variance = (list: number[], less = 0) => {
    const mean = list.reduce((a, b) => a + b) / list.length;
    return list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - less);
  };
  for (const less of [0, 1])
    assert.ok(check.spread((z, theta) => Math.sqrt(variance(along(z, theta), less))).right);
  assert.match(check.spread((z, theta) => variance(along(z, theta))).message, /variance/);
  assert.match(
    check.spread((z, theta) => Math.sqrt(variance(along(z, theta, false)))).message,
    /has length 1/,
  );
  const size = (list: number[]) => Math.sqrt(list.reduce((sum, x) => sum + x * x, 0) / list.length);
  assert.match(check.spread((z, theta) => size(along(z, theta))).message, /own middle/);
  const range = (list: number[]) => Math.max(...list) - Math.min(...list);
  assert.match(check.spread((z, theta) => range(along(z, theta))).message, /whole range/);
  assert.match(check.spread(() => 70).message, /relatives/);
});

/** One tap a layer that adds a vector for each of its heads. */
const pushing =
  ({
    amount = (head: PushedHead, alpha: number) => alpha * head.sigma,
    prefill = false,
    keepsLast = false,
  } = {}) =>
  (heads: PushedHead[], alpha: number): Taps => {
    const taps: Taps = new Map();
    for (const { layer } of heads) {
      const own = heads.filter((one) => one.layer === layer).slice(keepsLast ? -1 : 0);
      const tap: Tap = (value, at) => {
        if (at.prefill && !prefill) return undefined;
        const [, , count, size] = value.shape as number[];
        const shift = Array.from({ length: count }, (_, h) => {
          const head = own.find((one) => one.head === h);
          return Array.from({ length: size }, (_, d) => (head ? amount(head, alpha) * head.theta[d] : 0));
        });
        return tf.add(value, tf.tensor(shift, [count, size]));
      };
      taps.set(site(layer, "selfAttention.z"), tap);
    }
    return taps;
  };

test("heads may be pushed one by one or a layer at once; a lost head, sigma, alpha, the prompt are told", () => {
  assert.ok(check.push(pushing()).right, check.push(pushing()).message);
  const chained = (heads: PushedHead[], alpha: number) => {
    const taps: Taps = new Map();
    for (const head of heads)
      for (const [name, tap] of pushing()([head], alpha)) {
        const before = taps.get(name);
        taps.set(name, (value, at) => tap(before?.(value, at) ?? value, at));
      }
    return taps;
  };
  assert.ok(check.push(chained).right);
  assert.match(check.push(pushing({ keepsLast: true })).message, /replace the first one/);
  assert.match(check.push(pushing({ amount: (_, alpha) => alpha })).message, /unit of its own/);
  assert.match(check.push(pushing({ amount: ({ sigma }) => sigma })).message, /whatever alpha/);
  assert.match(check.push(pushing({ prefill: true })).message, /prompt's positions/);
  assert.match(
    check.push(pushing({ amount: ({ sigma }, alpha) => -alpha * sigma })).message,
    /Expected was alpha sigma theta/,
  );
  assert.match(check.push(() => new Map()).message, /Yours are at no site/);
  assert.match(
    check.push(
      (heads) =>
        new Map(heads.map(({ layer }) => [site(layer, "selfAttention.z"), (z: tf.Tensor) => tf.add(z, 1)])),
    ).message,
    /nobody asked|moves by/,
  );
});
