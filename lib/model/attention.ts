import { tf } from "../backend";

/** Keys and values of one layer, for every position so far; both [rows, heads, positions, headDim]. */
export interface KeyValues {
  keys: tf.Tensor4D;
  values: tf.Tensor4D;
}

/**
 * What a layer's self-attention remembers. Appending one position to a long tensor would copy all of it at every step, so
 * the past is kept in two parts: a long one that is copied once a block, and a short one that is copied at every step.
 */
export interface Memory {
  long?: KeyValues;
  short?: KeyValues;
}

/** Positions that the short part takes before it joins the long one. */
const block = 32;

/** Scaled dot-product attention of new queries to some keys and values, all [rows, heads, positions, headDim]. */
export function attend(query: tf.Tensor4D, parts: KeyValues[], mask?: tf.Tensor): tf.Tensor4D {
  const scores = parts.map(({ keys }) => tf.matMul(query, keys, false, true)); // [rows, heads, queries, keys]
  const all = scores.length === 1 ? scores[0] : tf.concat(scores, 3);
  const attention = tf.softmax(mask ? tf.add(all, mask) : all);
  if (parts.length === 1) return tf.matMul(attention, parts[0].values) as tf.Tensor4D;
  const shares = tf.split(
    attention,
    parts.map(({ keys }) => keys.shape[2]),
    3,
  );
  return tf.addN(parts.map(({ values }, i) => tf.matMul(shares[i], values))) as tf.Tensor4D; // [rows, heads, queries, headDim]
}

/** 0 where a query may look, a very negative number where it would see the future. [queries, keys] */
export function causalMask(queries: number, keys: number): tf.Tensor2D {
  const mask = new Float32Array(queries * keys);
  for (let q = 0; q < queries; q++) mask.fill(-1e9, q * keys + keys - queries + q + 1, (q + 1) * keys);
  return tf.tensor2d(mask, [queries, keys]);
}

/** Keep one more position (or a whole prompt); what is kept outlives `tf.tidy`, what it replaces is freed. */
export function remember(memory: Memory, fresh: KeyValues): KeyValues[] {
  const positions = fresh.keys.shape[2];
  if (!memory.long && positions > 1) {
    memory.long = keep(fresh);
  } else {
    const before = memory.short;
    memory.short = keep(before ? join(before, fresh) : fresh);
    if (before) forget(before);
    if (memory.short.keys.shape[2] >= block) {
      const { long, short } = memory;
      memory.long = keep(long ? join(long, short) : short);
      if (long) {
        forget(long);
        forget(short);
      }
      memory.short = undefined;
    }
  }
  return [memory.long, memory.short].filter((part): part is KeyValues => part !== undefined);
}

/** Free what a layer remembers. */
export function forget(part: KeyValues): void {
  part.keys.dispose();
  part.values.dispose();
}

function join(a: KeyValues, b: KeyValues): KeyValues {
  return { keys: tf.concat([a.keys, b.keys], 2), values: tf.concat([a.values, b.values], 2) };
}

function keep({ keys, values }: KeyValues): KeyValues {
  return { keys: tf.keep(keys), values: tf.keep(values) };
}
