import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, random } from "../../lib/math/random";
import { checkSampling, guide, sample } from "../../lib/model/generate/sampling";
import { assertClose } from "../close";

test("greedy takes the first of the largest", () => {
  const logits = Float32Array.of(9, 9, 1, 5, 5, 2);
  assert.equal(sample(logits, 2, 4, { greedy: true }, random(0)), 1);
});

test("frequencies follow the softmax at a temperature", () => {
  const logits = Float32Array.of(7, 0, 1, 2, 7);
  const uniform = random(3);
  const counts = [0, 0, 0];
  for (let i = 0; i < 40000; i++) counts[sample(logits, 1, 3, { temperature: 0.5, topK: 3 }, uniform)]++;
  const weights = [0, 1, 2].map((x) => Math.exp(x / 0.5));
  const total = weights.reduce((a, b) => a + b);
  for (let i = 0; i < 3; i++) assertClose(counts[i] / 40000, weights[i] / total, 0.01);
});

test("among the k, frequencies follow their share of the softmax", () => {
  const logits = Float32Array.of(0, 1, 1.5, 0.5, -0.5);
  const uniform = random(5);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 40000; i++) counts[sample(logits, 0, 5, { topK: 3 }, uniform)]++;
  const shares = [0, Math.exp(1), Math.exp(1.5), Math.exp(0.5), 0];
  const total = shares.reduce((a, b) => a + b);
  for (let i = 0; i < 5; i++) assertClose(counts[i] / 40000, shares[i] / total, 0.01);
});

test("top-k keeps exactly the k largest, and ties with the k-th", () => {
  const uniform = random(4);
  for (const [size, k] of [
    [5, 1],
    [300, 250],
    [64, 7],
    [1000, 999],
  ]) {
    const logits = Float32Array.from({ length: size }, () => normal(uniform));
    const kth = [...logits].sort((a, b) => b - a)[k - 1];
    const seen = new Set<number>();
    for (let i = 0; i < 4000; i++) seen.add(sample(logits, 0, size, { topK: k, temperature: 50 }, uniform));
    assert.ok([...seen].every((token) => logits[token] >= kth));
    if (k < 10) assert.equal(seen.size, k);
  }
  const tied = Float32Array.of(1, 3, 2, 2, 2, 0);
  const seen = new Set(Array.from({ length: 500 }, () => sample(tied, 0, 6, { topK: 2 }, uniform)));
  assert.deepEqual([...seen].sort(), [1, 2, 3, 4]);
});

test("guidance goes on from the unconditional logits through the conditional ones", () => {
  const into = new Float32Array(2);
  guide(into, Float32Array.of(2, 5), Float32Array.of(1, 7), 3);
  assert.deepEqual([...into], [4, 1]);
});

test("impossible options are refused", () => {
  assert.throws(() => checkSampling({ temperature: 0 }), /temperature.*found 0/);
  assert.throws(() => checkSampling({ temperature: Number.NaN }), /temperature.*NaN/);
  assert.throws(() => checkSampling({ topK: 1.5 }), /topK.*1\.5/);
});

test("a limit of 0 is none", () => {
  const logits = Float32Array.of(0, 1, 1.5, 0.5, -0.5);
  const [all, none] = [random(9), random(9)];
  for (let i = 0; i < 1000; i++)
    assert.equal(sample(logits, 0, 5, { topK: 0 }, none), sample(logits, 0, 5, { topK: 5 }, all));
});

test("top-p keeps the fewest tokens that have the probability, of those that top-k keeps, in their shares", () => {
  const logits = Float32Array.from([0.1, 0.4, 0.2, 0.25, 0.05], Math.log);
  const cases: [topP: number, topK: number, kept: number[]][] = [
    [0.3, 0, [1]],
    [0.5, 0, [1, 3]],
    [0.65, 0, [1, 3]],
    [0.66, 0, [1, 2, 3]],
    [0.999, 0, [0, 1, 2, 3, 4]],
    [0.8, 2, [1, 3]],
    [0.6, 2, [1]],
    [1e-9, 0, [1]],
  ];
  for (const [topP, topK, kept] of cases) {
    const uniform = random(5);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 20000; i++) counts[sample(logits, 0, 5, { topP, topK }, uniform)]++;
    const total = kept.reduce((sum, token) => sum + Math.exp(logits[token]), 0);
    for (let token = 0; token < 5; token++) {
      const share = kept.includes(token) ? Math.exp(logits[token]) / total : 0;
      assertClose(counts[token] / 20000, share, 0.012, `topP ${topP}, topK ${topK}`);
      if (share === 0) assert.equal(counts[token], 0);
    }
  }
  for (const topP of [0, -1, 1.1, Number.NaN])
    assert.throws(() => checkSampling({ topP }), /topP: expected .*found/);
  assert.throws(() => checkSampling({ topK: -1 }), /topK: expected a positive integer, or 0/);
});
