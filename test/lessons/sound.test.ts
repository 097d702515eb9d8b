import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { soundChecks as check } from "../../lib/lessons";

before(() => startBackend());

type Samples = ArrayLike<number>;
const wave =
  (turns: (frequency: number, n: number, rate: number) => number, f = Math.sin, cut = 0) =>
  (frequency: number, seconds: number, rate: number) =>
    Array.from({ length: Math.round(seconds * rate) - cut }, (_, n) => f(turns(frequency, n, rate)));
const turn = (frequency: number, n: number, rate: number) => (2 * Math.PI * frequency * n) / rate;

test("a tone may begin anywhere in its swing and be any list; typical slips are told apart", () => {
  for (const right of [
    wave(turn),
    wave(turn, Math.cos),
    (f: number, s: number, r: number) => Float32Array.from(wave(turn)(f, s, r), (x) => x / 2),
    (f: number, s: number, r: number) => tf.tensor1d(wave(turn)(f, s, r)) as unknown as Samples,
  ])
    assert.equal(check.tone(right).message.slice(0, 6), "Right.", check.tone(right).message);
  const radians = check.tone(wave((f, n, r) => (f * n) / r));
  assert.match(radians.message, /swings about \d+ times a second, not 440\. .*radians/);
  assert.match(check.tone(wave((f, n, r) => 2 * turn(f, n, r))).message, /swings about 8[678]\d times/);
  assert.match(check.tone(wave(turn, Math.sin, 100)).message, /has 700 samples/);
  assert.match(check.tone(() => new Array(800).fill(0)).message, /silent|has 800/);
  assert.match(check.tone((f, s, r) => wave(turn)(f, s, r).map((x) => 2 * x)).message, /between -1 and 1/);
  assert.match(check.tone(wave((f, n, r) => turn(f, n, r) / 0)).message, /no number/);
  assert.match(
    check.tone((() => undefined) as never).message,
    /found nothing \(does the function return\?\)/,
  );
});

const sums = (samples: Samples, frequency: number, rate: number) => {
  let [a, b] = [0, 0];
  for (let n = 0; n < samples.length; n++) {
    a += samples[n] * Math.cos(turn(frequency, n, rate));
    b += samples[n] * Math.sin(turn(frequency, n, rate));
  }
  return [a, b];
};

test("a strength may be magnitude or power, of any scale; one wave alone, or a sign, is not enough", () => {
  const right = [
    (x: Samples, f: number, r: number) => Math.hypot(...sums(x, f, r)),
    (x: Samples, f: number, r: number) => Math.hypot(...sums(x, f, r)) / x.length,
    (x: Samples, f: number, r: number) => sums(x, f, r).reduce((all, side) => all + side * side, 0),
  ];
  for (const one of right) assert.ok(check.strength(one).right, check.strength(one).message);
  assert.match(check.strength((x, f, r) => sums(x, f, r)[0]).message, /never negative/);
  assert.match(check.strength((x, f, r) => Math.abs(sums(x, f, r)[0])).message, /another point of its swing/);
  assert.match(check.strength((x) => x.reduce((a, b) => a + Math.abs(b))).message, /do not cancel/);
  assert.match(check.strength((x, f, r) => Math.hypot(...sums(x, f / 2 / Math.PI, r))).message, /./);
  assert.ok(!check.strength((x, f, r) => Math.hypot(...sums(x, f / 2 / Math.PI, r))).right);
  assert.match(
    check.strength((x, f, r) => Math.sqrt(Math.hypot(...sums(x, f, r)))).message,
    /Expected is 2.5/,
  );
});

const squared = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0);
const nearest = (v: number[], entries: number[][], far = squared) => {
  const all = entries.map((entry) => far(v, entry));
  return all.indexOf(Math.min(...all));
};

test("a quantiser must take what is left; places from 1, products and whole vectors are told", () => {
  const quantiser =
    (far = squared, isResidual = true, offset = 0) =>
    (vector: number[], books: number[][][]) => {
      let left = vector;
      return books.map((entries) => {
        const code = nearest(left, entries, far);
        if (isResidual) left = left.map((x, i) => x - entries[code][i]);
        return code + offset;
      });
    };
  assert.ok(check.quantise(quantiser()).right);
  assert.ok(
    check.quantise((v, b) => Int32Array.from(quantiser((x, y) => Math.sqrt(squared(x, y)))(v, b))).right,
  );
  assert.match(check.quantise(quantiser(squared, false)).message, /left over/);
  assert.match(
    check.quantise((v, b) => quantiser(squared, true, 1)(v, b)).message,
    /Another is nearer|from 0 to 7/,
  );
  const product = (a: number[], b: number[]) => -a.reduce((sum, x, i) => sum + x * b[i], 0);
  assert.match(check.quantise(quantiser(product)).message, /Another is nearer/);
  assert.match(check.quantise((v, b) => [nearest(v, b[0])]).message, /Yours has 1/);
  const fromWhole = (v: number[], b: number[][][]) =>
    b.map((entries, k) =>
      nearest(k === 0 ? v : v.map((x, i) => x - b[k - 1][nearest(v, b[k - 1])][i]), entries),
    );
  assert.match(check.quantise(fromWhole).message, /left over for the second|taken from what was left before/);
});

test("a delayed grid begins with the start and ends in padding", () => {
  const right = (grid: number[][], padding: number) =>
    grid.map((row, k) => {
      const line = new Array<number>(row.length + grid.length).fill(padding);
      line.splice(k + 1, row.length, ...row);
      return line;
    });
  assert.ok(check.delay(right).right);
  assert.ok(check.delay((g, p) => right(g, p).map((row) => Int32Array.from(row))).right);
  assert.match(check.delay((g, p) => right(g, p).map((row) => row.slice(1))).message, /6 positions.*take 7/);
  assert.match(check.delay((g, p) => right([...g].reverse(), p).reverse()).message, /begins at position 3/);
  assert.match(check.delay((g, p) => g.map((row) => [p, ...row, p, p])).message, /begins at position 1/);
  assert.match(check.delay((g) => right(g, 0)).message, /Position 0 is the start/);
  assert.match(
    check.delay((g, p) =>
      right(
        g.map((row) => [...row].reverse()),
        p,
      ),
    ).message,
    /position|order/,
  );
});
