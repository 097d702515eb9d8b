import assert from "node:assert/strict";
import { test } from "node:test";
import { agreement, confusion, correlation, kappa } from "../../lib/judges/agreement";
import { presenceJudgements, probeJudgements } from "../../lib/sweep/judgements";
import { assertClose } from "../close";
import { makeProbes } from "../probes/make";
import { judgesFixture } from "./fixture";

test("kappa is scikit-learn's, its interval the delta method's", () => {
  for (const { a, b, ...expected } of judgesFixture.kappa) {
    const found = kappa(a, b);
    for (const key of ["kappa", "low", "high"] as const) assertClose(found[key], expected[key], 1e-6, key);
  }
  assert.deepEqual(kappa([1, 0], [1, 0]), { n: 2, agreed: 1, kappa: 1, low: 1, high: 1 });
  assert.ok(Number.isNaN(kappa([1, 1], [1, 1]).kappa));
});

test("a confusion table counts pairs of decisions", () => {
  assert.deepEqual(confusion([true, false, true, true], [true, true, false, true]), {
    decisions: [false, true],
    counts: [
      [0, 1],
      [1, 2],
    ],
  });
  assert.throws(() => confusion([], []), /found 0 and 0 decisions/);
  assert.throws(() => confusion([true], []), /found 1 and 0 decisions/);
});

test("every two judges are compared; scores where both have them", () => {
  const scores = Array.from({ length: 30 }, (_, i) => i / 30);
  const wobbly = scores.map((score, i) => score + (i % 3) * 0.2);
  const judges = [
    { judge: "presence judge", decisions: scores.map((x) => x > 0.5), scores },
    { judge: "probes", decisions: wobbly.map((x) => x > 0.7), scores: wobbly },
    { judge: "listener", decisions: scores.map((x) => x > 0.4) },
  ];
  const [probes, listener, last] = agreement(judges, { resamples: 200 });
  assert.deepEqual(
    [probes.a, probes.b, listener.b, last.a],
    ["presence judge", "probes", "listener", "probes"],
  );
  const { rho, low, high, n } = probes.correlation!;
  assert.ok(n === 30 && low < rho && rho < high && rho > 0.7, `${low} ${rho} ${high}`);
  assert.equal(listener.correlation, null);
  assert.ok(listener.kappa.kappa > 0.7);
  assert.throws(() => agreement(judges.slice(1, 2)), /at least two judges, found 1/);
  assert.throws(() => correlation([1, Number.NaN], [1, 2]), /expected finite values, found NaN and 2 at 1/);
});

test("probes and judges judge the same clips", () => {
  const model = { name: "m", fingerprint: "f", layers: 1, heads: 2, headDim: 2 };
  const direction = () => Float32Array.of(1, 0);
  const probes = makeProbes(model, { accuracies: [0.9, 0.7], direction, weight: 2, bias: 0, sigma: () => 1 });
  const z = Float32Array.of(1, 9, 1, 9, -1, 9, -1, 9); // [2 clips, 1 layer, 2 heads, 2]
  const { decisions, scores } = probeJudgements(probes, { z, shape: [2, 1, 2, 2], model });
  assert.deepEqual(decisions, [true, false]);
  assertClose(scores[0], 1 / (1 + Math.exp(-2)), 1e-6);
  assert.throws(
    () => probeJudgements(probes, { z, shape: [2, 1, 2, 2], model: { name: "n", fingerprint: "g" } }),
    /probes of m \(f\): expected its activations, found those of n \(g\)/,
  );
  const verdicts = [
    { traits: ["bass", "drums"], probabilities: [[0, 0.9]] },
    { traits: ["bass", "drums"], probabilities: [[0.9, 0.2]] },
  ];
  const heard = presenceJudgements("presence judge", verdicts, "drums");
  assert.deepEqual(heard, { judge: "presence judge", decisions: [true, false], scores: [0.9, 0.2] });
});
