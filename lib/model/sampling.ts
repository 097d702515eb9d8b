/** How the next token is chosen from its logits. */
export interface Sampling {
  /** Take the most likely token. */
  greedy?: boolean;
  /** Divides the logits: below 1 safer, above 1 wilder. Default 1. */
  temperature?: number;
  /** Only the k most likely tokens stand for choice (ties with the k-th too, as in transformers). Default 250. */
  topK?: number;
}

/**
 * Choose a token from the logits `[start, start + size)` of a flat array.
 * @param uniform source of uniform numbers in [0, 1); one is used a choice, none when greedy
 */
export function sample(
  logits: Float32Array,
  start: number,
  size: number,
  { greedy = false, temperature = 1, topK = 250 }: Sampling,
  uniform: () => number,
): number {
  const best = argmax(logits, start, size);
  if (greedy) return best;
  const least = topK < size ? kthLargest(logits, start, size, topK) : Number.NEGATIVE_INFINITY;
  const top = logits[start + best];
  if (weights.length < size) weights = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    const logit = logits[start + i];
    const weight = logit < least ? 0 : Math.exp((logit - top) / temperature);
    weights[i] = weight;
    total += weight;
  }
  let rest = uniform() * total;
  for (let i = 0; i < size; i++) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return best;
}

/** Classifier-free guidance: away from what would come without the text. Writes `into` (unconditional + g x difference). */
export function guide(
  into: Float32Array,
  conditional: Float32Array,
  unconditional: Float32Array,
  guidance: number,
): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = unconditional[i] + (conditional[i] - unconditional[i]) * guidance;
  }
}

/** @throws RangeError naming the option that cannot be sampled with */
export function checkSampling({ temperature = 1, topK = 250 }: Sampling): void {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new RangeError(`temperature: expected a positive number, found ${temperature}`);
  }
  if (!(Number.isInteger(topK) && topK > 0)) {
    throw new RangeError(`topK: expected a positive integer, found ${topK}`);
  }
}

/** Room for one choice's weights, used again and again. */
let weights = new Float64Array(0);

function argmax(logits: Float32Array, start: number, size: number): number {
  let best = 0;
  for (let i = 1; i < size; i++) if (logits[start + i] > logits[start + best]) best = i;
  return best;
}

/** Room for a selection. */
let pool = new Float32Array(0);

/** The k-th largest of some numbers, by quickselect (Hoare): no sorting. */
function kthLargest(from: Float32Array, start: number, size: number, k: number): number {
  if (pool.length < size) pool = new Float32Array(size);
  pool.set(from.subarray(start, start + size));
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const pivot = pool[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (pool[i] > pivot) i++;
      while (pool[j] < pivot) j--;
      if (i <= j) {
        const swap = pool[i];
        pool[i++] = pool[j];
        pool[j--] = swap;
      }
    }
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return pool[k - 1];
}
