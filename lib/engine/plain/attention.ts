import type {
  AttentionSize,
  KeyValues,
  Look,
  Memory,
  MemoryGraph,
  MemoryParts,
  TextAttention,
} from "../attention";
import { tf } from "../tf";
import type { Operations } from "./operations";

/** Positions that the short part of a memory takes before it joins the long one. */
const block = 32;

/**
 * A memory for any engine.
 * @param lengths of the parts, when they are a graph's stand-ins; these stay as they are
 */
export function plainMemory(
  operations: Operations,
  size: AttentionSize,
  { long, short }: MemoryParts = {},
  lengths?: tf.Tensor1D,
): Memory & { graph: MemoryGraph } {
  /** The short part has grown; when it is full it joins the long one. */
  function remember(longer: KeyValues): void {
    free(short);
    short = longer;
    if (lengths || short.keys.shape[2] < block) return;
    const whole = long ? keep(join(long, short)) : short;
    if (long) free(short);
    free(long);
    [long, short] = [whole, undefined];
  }
  return {
    attend(qkv, lastOnly, look) {
      const [query, keys, values] = splitHeads(qkv, 3, size); // [rows, heads, count, headDim]
      const count = query.shape[2];
      if (count > 1 && (long || short))
        throw new Error("attention: expected an empty memory or one position");
      if (count > 1) {
        long = keep({ keys, values });
      } else {
        remember(keep(short ? join(short, { keys, values }) : { keys, values }));
      }
      const parts = [long, short].filter((part): part is KeyValues => part !== undefined);
      if (lastOnly) return attendTo(operations, lastQuery(query), parts, { look });
      const mask = count > 1 ? causalMask(count) : undefined;
      return attendTo(operations, query, parts, { mask, lengths, look });
    },
    copy(from) {
      return plainMemory(
        operations,
        { ...size, rows: from.length },
        { long: pick(long, from), short: pick(short, from) },
      );
    },
    dispose() {
      free(long);
      free(short);
    },
    graph: {
      parts: () => ({ long, short }),
      standIn: (parts, after) => plainMemory(operations, size, parts, after),
      remember: (longer) => remember(keep(longer)),
    },
  };
}

/** A text for any engine; what the mask hides gets a very negative score. */
export function plainText(
  operations: Operations,
  size: AttentionSize,
  keyValues: tf.Tensor2D,
  mask: number[][],
): TextAttention {
  const create = (text: KeyValues, hidden: tf.Tensor): TextAttention => ({
    attend(query, look) {
      const [heads] = splitHeads(query, 1, { ...size, rows: hidden.shape[0] });
      return attendTo(operations, heads, [text], { mask: hidden, look });
    },
    copy: (from) => create(pick(text, from) as KeyValues, tf.keep(tf.gather(hidden, from))),
    dispose() {
      free(text);
      hidden.dispose();
    },
    graph: {
      tensors: [text.keys, text.values, hidden],
      standIn: ([keys, values, mask]) => create({ keys, values }, mask),
    },
  });
  const [keys, values] = splitHeads(keyValues, 2, size);
  return create(keep({ keys, values }), tf.keep(hiddenTokens(mask)));
}

/**
 * Scaled dot-product attention to keys and values in parts. query [rows, heads, count, headDim] -> [rows x count, hidden]
 * @param mask added to the scores: 0, or a very negative number for what is hidden
 * @param lengths of the parts, where they are fed to a graph
 */
export function attendTo(
  { matMul, softmax, splitBy }: Operations,
  query: tf.Tensor4D,
  parts: KeyValues[],
  { mask, lengths, look }: { mask?: tf.Tensor; lengths?: tf.Tensor1D; look?: Look },
): tf.Tensor2D {
  const [rows, heads, count, headDim] = query.shape;
  const scores = parts.map(({ keys }) => matMul(query, keys, true)); // [rows, heads, count, keys]
  const all = scores.length === 1 ? scores[0] : tf.concat(scores, 3);
  const made = softmax(mask ? tf.add<tf.Tensor4D>(all, mask) : all);
  const attention = look ? lookedAt(made, look) : made;
  const sizes = parts.map(({ keys }) => keys.shape[2]);
  // A graph's parts have lengths that are fed to it.
  const split = () => (lengths && splitBy ? splitBy(attention, lengths) : tf.split(attention, sizes, 3));
  const shares = parts.length === 1 ? [attention] : split(); // [rows, heads, count, keys] each
  const seen = parts.map(({ values }, i) => matMul(shares[i], values)); // [rows, heads, count, headDim]
  const z = seen.length === 1 ? seen[0] : tf.addN(seen);
  return tf.reshape(count === 1 ? z : tf.transpose(z, [0, 2, 1, 3]), [rows * count, heads * headDim]);
}

/** What is used after a look. [rows, heads, count, keys] */
function lookedAt(attention: tf.Tensor4D, look: Look): tf.Tensor4D {
  const pattern = tf.transpose(attention, [0, 2, 1, 3]); // [rows, count, heads, keys]
  const after = look(pattern);
  return after === pattern ? attention : tf.transpose(after, [0, 2, 1, 3]);
}

/** 0 for a text's tokens, a very negative number for what its mask hides. [rows, 1, 1, tokens] */
export function hiddenTokens(mask: number[][]): tf.Tensor4D {
  const scores = mask.flatMap((row) => row.map((seen) => (seen ? 0 : -1e9)));
  return tf.tensor4d(scores, [mask.length, 1, 1, mask[0].length]);
}

/** [rows, heads, count, headDim] -> [rows, heads, 1, headDim] */
export function lastQuery(query: tf.Tensor4D): tf.Tensor4D {
  return tf.slice4d(query, [0, 0, query.shape[2] - 1, 0], [-1, -1, 1, -1]);
}

/** 0 where a query may look, a very negative number where it would see the future. [count, count] */
export function causalMask(count: number): tf.Tensor2D {
  const mask = new Float32Array(count * count);
  for (let q = 0; q < count; q++) mask.fill(-1e9, q * count + q + 1, (q + 1) * count);
  return tf.tensor2d(mask, [count, count]);
}

/** [rows x count, parts x hidden] -> parts of [rows, heads, count, headDim] */
export function splitHeads(
  x: tf.Tensor2D,
  parts: number,
  { rows, heads, headDim }: AttentionSize,
): tf.Tensor4D[] {
  const count = x.shape[0] / rows;
  const split = parts === 1 ? [x] : tf.split(x, parts, 1);
  if (count === 1) return split.map((part) => tf.reshape(part, [rows, heads, 1, headDim]));
  return split.map((part) => tf.transpose(tf.reshape(part, [rows, count, heads, headDim]), [0, 2, 1, 3]));
}

function pick(part: KeyValues | undefined, from: number[]): KeyValues | undefined {
  return part && keep({ keys: tf.gather(part.keys, from), values: tf.gather(part.values, from) });
}

function join(a: KeyValues, b: KeyValues): KeyValues {
  return { keys: tf.concat([a.keys, b.keys], 2), values: tf.concat([a.values, b.values], 2) };
}

/** Keeps both beyond the end of a `tf.tidy`. */
function keep({ keys, values }: KeyValues): KeyValues {
  return { keys: tf.keep(keys), values: tf.keep(values) };
}

function free(part: KeyValues | undefined): void {
  part?.keys.dispose();
  part?.values.dispose();
}
