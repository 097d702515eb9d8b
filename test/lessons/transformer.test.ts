import assert from "node:assert/strict";
import { test } from "node:test";
import { transformerChecks as check } from "../../lib/lessons";

const shares = (scores: number[], highest = Math.max(...scores)) => {
  const powers = scores.map((x) => Math.exp(x - highest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((x) => x / sum);
};

test("a softmax may be any list; overflow, sums and plain shares are told apart", () => {
  assert.ok(check.softmax((x) => shares(x)).right);
  assert.ok(check.softmax((x) => Float32Array.from(shares(x))).right);
  assert.match(check.softmax((x) => shares(x, 0)).message, /too large for a computer/);
  assert.match(check.softmax((x) => x.map((y) => Math.exp(y - Math.max(...x)))).message, /add up to 1.5/);
  assert.match(
    check.softmax((x) => x.map((y) => y / x.reduce((a, b) => a + b))).message,
    /scores' own shares/,
  );
  assert.match(check.softmax((x) => shares(x.map((y) => 2 * y))).message, /e times as large/);
  assert.match(check.softmax((x) => shares(x).slice(1)).message, /has 2 numbers, not 3/);
});

type Rows = number[][];
const attention =
  ({ scale = true, causal = true, soft = true } = {}) =>
  (q: Rows, k: Rows, v: Rows) =>
    q.map((query, t) => {
      const scores = k.slice(0, causal ? t + 1 : k.length).map((key) => {
        const product = key.reduce((sum, x, i) => sum + x * query[i], 0);
        return scale ? product / Math.sqrt(query.length) : product;
      });
      const weights = soft ? shares(scores) : scores;
      return v[0].map((_, i) => weights.reduce((sum, w, s) => sum + w * v[s][i], 0));
    });

test("a head's slips are named: scale, future, shares, values", () => {
  assert.ok(check.head(attention()).right);
  assert.ok(check.head((q, k, v) => attention()(q, k, v).map((row) => Float32Array.from(row))).right);
  assert.match(check.head(attention({ scale: false })).message, /What divides them/);
  assert.match(check.head(attention({ causal: false })).message, /not been played yet/);
  assert.match(check.head(attention({ soft: false })).message, /used as they are/);
  assert.match(check.head((q, k) => q.map((_, t) => k.slice(0, t + 1).map(() => 1))).message, /shares still/);
  assert.match(check.head((q, k, v) => attention()(q, k, v).slice(1)).message, /Yours has 8/);
  assert.match(check.head((q, k, v) => attention()(k, q, v)).message, /a later one is not/);
  assert.match(check.head((q, k) => attention()(q, k, k)).message, /Position 0 can see itself alone/);
});

const choose =
  ({ order = true, warm = (t: number) => t, extra = 0, again = true } = {}) =>
  (logits: number[], topK: number, temperature: number, chance: number) => {
    const tokens = [...logits.keys()].sort((a, b) => logits[b] - logits[a]).slice(0, topK + extra);
    if (!order) tokens.sort((a, b) => a - b);
    const all = shares(
      again ? tokens.map((t) => logits[t] / warm(temperature)) : logits.map((x) => x / temperature),
    );
    let sum = 0;
    return (
      tokens.find((t, i) => {
        sum += again ? all[i] : all[t];
        return sum > chance;
      }) ?? tokens[tokens.length - 1]
    );
  };

test("tokens may be counted in any order; a choice without chance, heat or limit is told", () => {
  assert.ok(check.sample(choose()).right);
  assert.ok(check.sample(choose({ order: false })).right);
  assert.match(check.sample((x) => x.indexOf(Math.max(...x))).message, /always chooses the same/);
  assert.match(check.sample(choose({ extra: 1 })).message, /not among the 3 likeliest/);
  assert.match(check.sample(choose({ warm: () => 1 })).message, /changes nothing/);
  assert.match(check.sample(choose({ warm: (t) => 1 / t })).message, /surer/);
  assert.match(check.sample(choose({ again: false })).message, /add up to 1 again/);
  assert.match(check.sample(() => -1).message, /expected a token from 0 to 5, found -1/);
});
