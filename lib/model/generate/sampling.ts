/** How the next token is chosen from its logits. */
export interface Sampling {
  /** Take the most likely token. Default false; for `generate` what the checkpoint says (MusicGen's: false). */
  greedy?: boolean;
  /** Divides the logits: below 1 safer, above 1 wilder. Default 1; for `generate` the checkpoint's (MusicGen's: 1). */
  temperature?: number;
  /**
   * Only the k most likely tokens stand for choice (ties with the k-th too, as in transformers). Default 250; for
   * `generate` the checkpoint's (MusicGen's: 250 of 2,048). 0 is no limit.
   */
  topK?: number;
  /**
   * Of these only the fewest that together have this probability, the most likely first (nucleus sampling, Holtzman et al. 2020).
   * Default 1, no limit; for `generate` the checkpoint's (MusicGen's: 1).
   */
  topP?: number;
}

/**
 * Choose a token from the logits `[start, start + size)` of a flat array.
 *
 * Top-k without selecting the k for most choices: draw from all tokens, keep a draw that is among the k; only otherwise find
 * the k-th and draw among the k. A token's probability is then p + (1 - M) p / M = p / M, M the k tokens' share: the same.
 * @param uniform source of uniform numbers in [0, 1); none is used when greedy
 */
export function sample(
  logits: Float32Array,
  start: number,
  size: number,
  { greedy = false, temperature = 1, topK = 250, topP = 1 }: Sampling,
  uniform: () => number,
): number {
  const best = argmax(logits, start, size);
  if (greedy) return best;
  const top = logits[start + best];
  const weights = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    weights[i] = Math.exp((logits[start + i] - top) / temperature);
    total += weights[i];
  }
  const isLimited = topK > 0 && topK < size;
  if (topP >= 1) {
    const token = draw(weights, uniform() * total) ?? best;
    if (!isLimited || isAmong(logits, start, size, topK, token)) return token;
  }
  if (isLimited) {
    const least = kthLargest(logits, start, size, topK);
    total = 0;
    for (let i = 0; i < size; i++) {
      if (logits[start + i] < least) weights[i] = 0;
      total += weights[i];
    }
  }
  if (topP < 1) total = keepNucleus(weights, topP * total);
  return draw(weights, uniform() * total) ?? best;
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
export function checkSampling({
  temperature = 1,
  topK = 250,
  topP = 1,
  guidance = 1,
}: Sampling & { guidance?: number }): void {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new RangeError(`temperature: expected a positive number, found ${temperature}`);
  }
  if (!(Number.isInteger(topK) && topK >= 0)) {
    throw new RangeError(`topK: expected a positive integer, or 0 for no limit, found ${topK}`);
  }
  if (!(topP > 0 && topP <= 1)) {
    throw new RangeError(`topP: expected a number above 0 and up to 1, found ${topP}`);
  }
  if (!Number.isFinite(guidance)) throw new RangeError(`guidance: expected a number, found ${guidance}`);
}

function argmax(logits: Float32Array, start: number, size: number): number {
  let best = 0;
  for (let i = 1; i < size; i++) if (logits[start + i] > logits[start + best]) best = i;
  return best;
}

/**
 * Of the weights keep the largest, as few as add up to `enough`, and at least one; the others become 0. Ties go as
 * transformers' TopPLogitsWarper has them: by their place.
 * @returns what the kept ones add up to
 */
function keepNucleus(weights: Float64Array, enough: number): number {
  const order = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a] || b - a);
  let sum = 0;
  for (const i of order) {
    if (sum >= enough && sum > 0) weights[i] = 0;
    sum += weights[i];
  }
  return sum;
}

/** The token at which the sum of the weights passes `rest`. */
function draw(weights: Float64Array, rest: number): number | undefined {
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return undefined;
}

/** Whether a token is one of the k most likely, or as likely as the k-th. */
function isAmong(logits: Float32Array, start: number, size: number, k: number, token: number): boolean {
  const logit = logits[start + token];
  let larger = 0;
  for (let i = start; i < start + size; i++) if (logits[i] > logit) larger++;
  return larger < k;
}

/** The k-th largest of some numbers, by quickselect (Hoare): no sorting. */
function kthLargest(from: Float32Array, start: number, size: number, k: number): number {
  const pool = from.slice(start, start + size);
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
