import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../lib/math/random";
import { crossing, crossingInterval, searchStrength, type Trial } from "../../lib/sweep/strengthSearch";
import { assertClose } from "../close";

/** Prompts each of which succeeds from a strength of its own on: the median of them is `centre`. */
function prompts(count: number, centre: number): (alpha: number) => Promise<boolean[]> {
  const own = Array.from({ length: count }, (_, i) => centre * 2 ** (4 * ((i + 0.5) / count) - 2));
  return async (alpha) => own.map((least) => alpha >= least);
}

const trial = (alpha: number, share: number, of = 10): Trial => {
  return { alpha, hits: Array.from({ length: of }, (_, i) => i < share * of) };
};

test("the search doubles, halves and bisects to where takes succeed as often as asked", async () => {
  for (const centre of [0.4, 2, 5, 23, 90]) {
    const trials = await searchStrength(prompts(100, centre), 0.5);
    assert.equal(trials[0].alpha, 0);
    assert.ok(trials.length <= 12, `${trials.length} trials`);
    const found = crossing(trials, 0.5);
    assert.ok(Math.abs(Math.log2(found / centre)) < 0.05, `${found} for ${centre}`);
  }
});

test("a target that takes reach by themselves, or never, is refused with what was found", async () => {
  await assert.rejects(
    searchStrength(async () => [true, false], 0.5),
    /success 0\.5: expected takes that have the trait less often without steering, found 0\.50 at alpha 0/,
  );
  await assert.rejects(
    searchStrength(async (alpha) => [alpha > 0, false, false], 0.5, { most: 20 }),
    /expected to reach it by alpha 20, found 0\.00 at alpha 0, 0\.33 at alpha 5, 0\.33 at alpha 10, 0\.33 at alpha 20/,
  );
});

test("the crossing: straight between strengths on a logarithmic scale, and shares that fall are pooled", () => {
  assertClose(crossing([trial(0, 0), trial(4, 0.2), trial(16, 0.8)], 0.5), 8, 1e-9);
  assertClose(crossing([trial(16, 0.8), trial(0, 0), trial(4, 0.2)], 0.35), 4 * 4 ** 0.25, 1e-9);
  assertClose(crossing([trial(0, 0), trial(4, 1)], 0.5), 2, 1e-9);
  // .6 and .4 are both .5, so that .5 is reached at the first of them
  assertClose(
    crossing([trial(0, 0), trial(2, 0.1), trial(4, 0.6), trial(8, 0.4), trial(16, 1)], 0.5),
    4,
    1e-9,
  );
  assert.equal(crossing([trial(0, 0), trial(4, 0.3)], 0.5), 4, "no wider than what was tried");
});

test("the interval holds the strength that prompts at large would give, in 95 of 100 samples or nearly", async () => {
  const uniform = random(5);
  let held = 0;
  for (let sample = 0; sample < 60; sample++) {
    const own = Array.from({ length: 40 }, () => 10 * 2 ** (4 * uniform() - 2));
    const trials = [0, 5, 7, 10, 14, 20].map((alpha) => ({
      alpha,
      hits: own.map((least) => alpha >= least),
    }));
    const [low, high] = crossingInterval(trials, 0.5, { resamples: 200, seed: sample });
    assert.ok(low <= high);
    if (low <= 10 && 10 <= high) held++;
  }
  assert.ok(held >= 53, `${held} of 60`);
  const trials = [trial(0, 0), trial(4, 0.2), trial(16, 0.8)];
  assert.deepEqual(crossingInterval(trials, 0.5), crossingInterval(trials, 0.5));
});
