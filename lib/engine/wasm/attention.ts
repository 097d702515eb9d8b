import type { AttentionSize, Memory, TextAttention } from "../attention";
import { tf } from "../tf";
import { type AttentionShape, type Kernels, keyStride } from "./kernels";
import { lookAtPast, lookAtText } from "./pattern";

/** Both [rows, heads, capacity, keyStride(headDim)], filled from the front, changed in place. */
interface Cache {
  keys: tf.Tensor;
  values: tf.Tensor;
  capacity: number;
  /** Memories that read it; the last one frees it. */
  users: number;
}

/** Positions by which a cache that is full grows, at least. */
const block = 64;

/** The beginning of a memory, kept by another one: row r begins as row `from[r]` of `cache`, for `length` positions. */
interface Beginning {
  cache: Cache;
  from: number[];
  length: number;
}

/**
 * A memory for the wasm engine's kernel, with room ahead, so that a step writes its one position and copies nothing. Copies
 * share what was remembered before: 32 rows that continue one prompt read one prompt, which the processor's caches hold.
 * @param positions how many it will have to hold, if known
 */
export function kernelMemory(
  kernels: Kernels,
  size: AttentionSize,
  positions = 0,
  beginning?: Beginning,
  cache?: Cache,
  past = 0,
): Memory {
  const { rows } = size;
  const shared = beginning && {
    ...beginning.cache,
    length: beginning.length,
    rows: tf.keep(tf.tensor1d(beginning.from, "int32")),
  };
  return {
    attend(qkv, lastOnly, look) {
      const needed = past + qkv.shape[0] / rows;
      if (!cache || needed > cache.capacity) {
        const grown = cache ? Math.ceil((needed * 1.5) / block) * block : needed;
        const larger = createCache(size, Math.max(positions - (beginning?.length ?? 0), grown));
        if (cache) {
          copyRows(kernels, cache, larger, size, past);
          leave(cache);
        }
        cache = larger;
      }
      const { keys, values, capacity } = cache;
      const z = kernels.selfAttention(qkv, keys, values, { ...size, capacity }, past, lastOnly, shared);
      past = needed;
      if (!look) return z;
      const before = beginning && { ...beginning.cache, length: beginning.length, from: beginning.from };
      const parts = [...(before ? [before] : []), { keys, values, length: past }];
      return lookAtPast(z, qkv, lastOnly, parts, size, look);
    },
    copy(from) {
      const copied = { ...size, rows: from.length };
      if (beginning) {
        const { cache: first, from: rowsOf, length } = beginning;
        const origin = { cache: join(first), from: from.map((row) => rowsOf[row]), length };
        return kernelMemory(kernels, copied, positions, origin, cache && pick(cache, from), past);
      }
      if (!cache) return kernelMemory(kernels, copied, positions);
      return kernelMemory(kernels, copied, positions, { cache: join(cache), from, length: past });
    },
    dispose() {
      if (cache) leave(cache);
      if (beginning) leave(beginning.cache);
      shared?.rows.dispose();
    },
  };
}

/** A text for the kernel, which sees the first few keys of a row: those that the mask hides are left out. */
export function kernelText(
  kernels: Kernels,
  size: AttentionSize,
  keyValues: tf.Tensor2D,
  mask: number[][],
): TextAttention {
  const { rows, heads, headDim } = size;
  const capacity = mask[0].length;
  const hidden = heads * headDim;
  const stride = keyStride(headDim);
  const from = keyValues.dataSync();
  const [keys, values] = [0, 1].map((part) => {
    const packed = new Float32Array(rows * heads * capacity * stride);
    for (let row = 0; row < rows; row++) {
      const seen = mask[row].flatMap((visible, token) => (visible ? token : []));
      for (let head = 0; head < heads; head++) {
        for (const [i, token] of seen.entries()) {
          const start = ((row * capacity + token) * 2 + part) * hidden + head * headDim;
          packed.set(from.subarray(start, start + headDim), ((row * heads + head) * capacity + i) * stride);
        }
      }
    }
    return tf.keep(tf.tensor(packed, [rows, heads, capacity, stride]));
  });
  const lengths = mask.map((row) => row.filter((visible) => visible).length);
  return textOf(
    kernels,
    { ...size, capacity },
    { keys, values, capacity, users: 1 },
    tf.keep(tf.tensor1d(lengths, "int32")),
    mask,
  );
}

function textOf(
  kernels: Kernels,
  shape: AttentionShape,
  text: Cache,
  lengths: tf.Tensor1D,
  mask: number[][],
): TextAttention {
  return {
    attend(query, look) {
      const z = kernels.crossAttention(query, text.keys, text.values, lengths, shape);
      return look ? lookAtText(z, query, text, mask, shape, look) : z;
    },
    copy: (from) =>
      textOf(
        kernels,
        { ...shape, rows: from.length },
        pick(text, from),
        tf.keep(tf.gather(lengths, from)),
        from.map((row) => mask[row]),
      ),
    dispose() {
      leave(text);
      lengths.dispose();
    },
  };
}

function createCache({ rows, heads, headDim }: AttentionSize, capacity: number): Cache {
  const shape = [rows, heads, capacity, keyStride(headDim)];
  return { keys: tf.keep(tf.zeros(shape)), values: tf.keep(tf.zeros(shape)), capacity, users: 1 };
}

function copyRows(
  { inPlace }: Kernels,
  from: Cache,
  to: Cache,
  { rows, heads, headDim }: AttentionSize,
  positions: number,
): void {
  const stride = keyStride(headDim);
  for (const kind of ["keys", "values"] as const) {
    const source = inPlace(from[kind]);
    const target = inPlace(to[kind]);
    for (let block = 0; block < rows * heads; block++) {
      const start = block * from.capacity * stride;
      target.set(source.subarray(start, start + positions * stride), block * to.capacity * stride);
    }
  }
}

function pick({ keys, values, capacity }: Cache, from: number[]): Cache {
  const rows = (x: tf.Tensor) => tf.keep(tf.gather(x, from));
  return { keys: rows(keys), values: rows(values), capacity, users: 1 };
}

function join(cache: Cache): Cache {
  cache.users++;
  return cache;
}

function leave(cache: Cache): void {
  cache.users--;
  if (cache.users > 0) return;
  cache.keys.dispose();
  cache.values.dispose();
}
