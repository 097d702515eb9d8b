import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { attentionChecks as check } from "../../lib/lessons";
import { site, type Tap, type Taps } from "../../lib/model/taps";

before(() => startBackend());

const summed = (pattern: number[][], share: (n: number) => number) =>
  pattern.map((_, n) => pattern.slice(n).reduce((sum, row, i) => sum + row[i], 0) / share(n));

test("distances may be any list; sums, wrong counts, columns and a turned order are told", () => {
  assert.ok(check.back((p) => summed(p, (n) => p.length - n)).right);
  assert.ok(check.back((p) => Float32Array.from(summed(p, (n) => p.length - n))).right);
  assert.match(check.back((p) => summed(p, () => 1)).message, /These are sums/);
  assert.match(check.back((p) => summed(p, () => p.length)).message, /How many positions/);
  assert.match(
    check.back((p) => p[0].map((_, k) => p.reduce((s, row) => s + row[k], 0) / 4)).message,
    /looked at/,
  );
  assert.match(check.back((p) => summed(p, (n) => p.length - n).reverse()).message, /turned round/);
  assert.match(check.back((p) => summed(p, (n) => p.length - n).slice(1)).message, /Yours has 3/);
  assert.match(check.back((p) => p[3]).message, /At distance 1/);
});

const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;

test("a peak may be a ratio or a difference; what only measures nearness or size is not one", () => {
  const around = (back: number[], lag: number) => {
    const span = Math.round(lag * 0.25);
    return mean([...back.slice(lag - span, lag - 2), ...back.slice(lag + 3, lag + span + 1)]);
  };
  const here = (back: number[], lag: number) => mean(back.slice(lag - 1, lag + 2));
  assert.ok(check.peak((b, lag) => here(b, lag) / around(b, lag)).right);
  assert.ok(check.peak((b, lag) => Math.log(b[lag]) - Math.log((b[lag - 4] + b[lag + 4]) / 2)).right);
  assert.match(check.peak((b, lag) => b[lag]).message, /everywhere alike/);
  assert.match(check.peak((b, lag) => here(b, lag) / b[b.length - 1]).message, /just been|everywhere/);
  assert.match(check.peak((b, lag) => b[lag] / b[lag + 8]).message, /just been|everywhere/);
  assert.match(check.peak(() => 1).message, /same number/);
  assert.match(check.peak((b) => Math.max(...b.slice(8)) / mean(b.slice(8))).message, /elsewhere|just been/);
  assert.match(check.peak(() => Number.NaN).message, /expected a number/);
});

test("a head may be taken out in any way; a layer, a wrong axis or nothing is told", () => {
  const taps = (tap: Tap, kind: "selfAttention.z" | "mlp.out" = "selfAttention.z", layer = 2): Taps =>
    new Map([[site(layer, kind), tap]]);
  const masked = (z: tf.Tensor, mask: number[], shape: number[]) => tf.mul(z, tf.tensor(mask, shape));
  assert.ok(
    check.without((l) => taps((z) => masked(z, [1, 0, 1, 1], [1, 1, 4, 1]), "selfAttention.z", l)).right,
  );
  const rebuilt: Tap = (z) => {
    const parts = tf.split(z, 4, 2);
    parts[1] = tf.zerosLike(parts[1]);
    return tf.concat(parts, 2);
  };
  assert.ok(check.without(() => taps(rebuilt)).right);
  assert.match(check.without(() => taps((z) => tf.zerosLike(z))).message, /Head 0 has changed/);
  assert.match(
    check.without(() => taps((z) => masked(z, [1, 0, 1], [1, 1, 1, 3]))).message,
    /which one are the heads/,
  );
  assert.match(check.without(() => taps(() => undefined)).message, /returns nothing/);
  assert.match(
    check.without(() => taps((z) => z, "mlp.out")).message,
    /no tap at layers\.2\.selfAttention\.z/,
  );
  assert.match(check.without(() => taps((z) => tf.slice(z, 0, 1))).message, /another one now/);
  assert.match(check.without(() => undefined as never).message, /Expected taps/);
});
