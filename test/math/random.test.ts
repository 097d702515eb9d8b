import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../lib/math/random";

test("seeds of 32 bits give what they always gave", () => {
  for (const [seed, first] of [
    [0, random(0)()],
    [-1, random(4294967295)()],
    [-2147483648, random(2147483648)()],
  ])
    assert.equal(random(seed)(), first);
  assert.deepEqual(
    [0, 1, 4294967295, -5].map((seed) => random(seed)().toFixed(9)),
    ["0.266429209", "0.546456076", "0.414655132", "0.136095945"],
  );
});

test("a seed of more bits is not taken for another of fewer", () => {
  const seen = new Set<number>();
  const seeds = [0, 1, 2, 3, 1000];
  for (const high of [0, 1, 2, 3, 1000, 2 ** 20, -2, -3])
    for (const low of seeds) {
      const next = random(high * 2 ** 32 + low);
      next();
      seen.add(next());
    }
  assert.equal(seen.size, 8 * seeds.length);
});

test("what a number cannot hold exactly is refused", () => {
  for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 60)])
    assert.throws(() => random(seed), /RangeError|seed must be an integer within \+-9007199254740991, found/);
});
