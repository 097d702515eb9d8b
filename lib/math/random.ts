/**
 * A seeded source of uniform numbers in [0, 1): mulberry32 (32 bits of state, period 2^32).
 * Every random choice of the lab comes from one of these, so that a seed fixes the result.
 */
export function random(seed: number): () => number {
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be an integer, found ${seed}`);
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
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
