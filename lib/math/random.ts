/**
 * A seeded source of uniform numbers in [0, 1): mulberry32 (32 bits of state, period 2^32).
 * Every random choice of the lab comes from one of these, so that a seed fixes the result.
 * @throws RangeError unless the seed is an integer that a number holds exactly
 */
export function random(seed: number): () => number {
  let state = Math.imul(seedBits(seed), 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The 32 bits of state that a seed begins with: its own where it has no more, else all of its bits mixed, so that 2^32 is not 0.
 * @throws RangeError unless it is an integer that a number holds exactly
 */
export function seedBits(seed: number): number {
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`seed must be an integer within +-${Number.MAX_SAFE_INTEGER}, found ${seed}`);
  if (seed >= -(2 ** 31) && seed < 2 ** 32) return seed | 0;
  const high = Math.floor(seed / 2 ** 32); // 21 bits and a sign
  return Math.imul(seed ^ Math.imul(high, 0x85ebca6b) ^ (high >>> 13), 0xc2b2ae35) ^ high;
}

/** A standard normal number from a uniform source (Box-Muller). */
export function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** The integers 0 ... n - 1 in random order (Fisher-Yates). */
export function permutation(n: number, uniform: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
