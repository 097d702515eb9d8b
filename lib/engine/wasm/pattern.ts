import type { AttentionSize, KeyValues, Look } from "../attention";
import { attendTo, causalMask, hiddenTokens, lastQuery, splitHeads } from "../plain/attention";
import { plainOperations } from "../plain/operations";
import { tf } from "../tf";

/*
 * Attention patterns on the wasm engine. Its kernels never hold a pattern as a whole, so where somebody looks it is made
 * beside them, by TensorFlow.js's own operations on the keys that the kernels keep. Nobody looking, none of this runs.
 */

/** Positions that a memory holds. */
export interface Remembered {
  keys: tf.Tensor; // [rows, heads, capacity, stride]
  values: tf.Tensor;
  /** How many of `capacity` are filled. */
  length: number;
  /** Where rows share: the row of `keys` that each begins with. */
  from?: number[];
}

/**
 * @param z what the kernel made of it: stands, to the last bit, where the look replaces nothing
 * @param qkv [rows x count, 3 x hidden], already remembered
 * @param parts the memory, first positions first
 */
export function lookAtPast(
  z: tf.Tensor2D,
  qkv: tf.Tensor2D,
  lastOnly: boolean,
  parts: Remembered[],
  size: AttentionSize,
  look: Look,
): tf.Tensor2D {
  const [all] = splitHeads(qkv, 3, size); // [rows, heads, count, headDim]
  const query = lastOnly ? lastQuery(all) : all;
  const known = parts.map(({ keys, values, length, from }) => {
    const filled = (x: tf.Tensor) =>
      tf.slice(from ? tf.gather(x, from) : x, [0, 0, 0, 0], [-1, -1, length, size.headDim]) as tf.Tensor4D;
    return { keys: filled(keys), values: filled(values) };
  });
  const count = query.shape[2]; // more than one: an empty memory's
  return lookedAt(z, query, known, count > 1 ? causalMask(count) : undefined, look);
}

/**
 * @param query [rows x count, hidden]
 * @param text [rows, heads, capacity, stride]: the tokens that the mask lets through, without gaps
 */
export function lookAtText(
  z: tf.Tensor2D,
  query: tf.Tensor2D,
  text: Pick<Remembered, "keys" | "values">,
  mask: number[][],
  size: AttentionSize,
  look: Look,
): tf.Tensor2D {
  const { heads, headDim } = size;
  const [rows, , capacity, stride] = text.keys.shape as number[];
  const places = mask.flatMap((row, r) => {
    let place = r * capacity;
    return row.map((visible) => (visible ? place++ : r * capacity)); // a hidden one has any key, and no share
  });
  const inOrder = (x: tf.Tensor) => {
    const byPlace = tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [rows * capacity, heads, stride]);
    const tokens = tf.reshape(tf.gather(byPlace, places), [rows, -1, heads, stride]);
    return tf.transpose(tf.slice(tokens, [0, 0, 0, 0], [-1, -1, -1, headDim]), [0, 2, 1, 3]) as tf.Tensor4D;
  };
  const [queries] = splitHeads(query, 1, size);
  const tokens = { keys: inOrder(text.keys), values: inOrder(text.values) };
  return lookedAt(z, queries, [tokens], hiddenTokens(mask), look);
}

function lookedAt(
  z: tf.Tensor2D,
  query: tf.Tensor4D,
  parts: KeyValues[],
  mask: tf.Tensor | undefined,
  look: Look,
): tf.Tensor2D {
  let isReplaced = false;
  const again = attendTo(plainOperations, query, parts, {
    mask,
    look(pattern) {
      const after = look(pattern);
      isReplaced = after !== pattern;
      return after;
    },
  });
  return isReplaced ? again : z;
}
