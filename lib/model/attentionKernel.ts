import { tf } from "../backend";
import {
  type AttentionShape,
  crossAttentionKernel,
  inPlace,
  keyStride,
  selfAttentionKernel,
} from "../backend/wasm/kernels";
import type { AttentionSize, Memory, TextAttention } from "./attention";

/** Both [rows, heads, capacity, keyStride(headDim)], filled from the front, changed in place. */
interface Cache {
  keys: tf.Tensor;
  values: tf.Tensor;
  capacity: number;
}

/** Positions by which a cache that is full grows, at least. */
const block = 64;

/** A memory for the wasm engine's kernel, with room ahead, so that a step writes its one position and copies nothing. */
export function kernelMemory(size: AttentionSize, positions = 0, cache?: Cache, past = 0): Memory {
  const { rows } = size;
  return {
    attend(qkv, lastOnly) {
      const needed = past + qkv.shape[0] / rows;
      if (!cache || needed > cache.capacity) {
        const capacity = Math.max(positions, cache ? Math.ceil((needed * 1.5) / block) * block : needed);
        const larger = createCache(size, capacity);
        if (cache) {
          copyRows(cache, larger, size, past);
          free(cache);
        }
        cache = larger;
      }
      const { keys, values, capacity } = cache;
      const z = selfAttentionKernel(qkv, keys, values, { ...size, capacity }, past, lastOnly);
      past = needed;
      return z;
    },
    copy: (from) => kernelMemory({ ...size, rows: from.length }, positions, cache && pick(cache, from), past),
    dispose() {
      if (cache) free(cache);
    },
  };
}

/** A text for the kernel, which sees the first few keys of a row: those that the mask hides are left out. */
export function kernelText(size: AttentionSize, keyValues: tf.Tensor2D, mask: number[][]): TextAttention {
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
  return textOf({ ...size, capacity }, { keys, values, capacity }, tf.keep(tf.tensor1d(lengths, "int32")));
}

function textOf(shape: AttentionShape, text: Cache, lengths: tf.Tensor1D): TextAttention {
  return {
    attend: (query) => crossAttentionKernel(query, text.keys, text.values, lengths, shape),
    copy: (from) =>
      textOf({ ...shape, rows: from.length }, pick(text, from), tf.keep(tf.gather(lengths, from))),
    dispose() {
      free(text);
      lengths.dispose();
    },
  };
}

function createCache({ rows, heads, headDim }: AttentionSize, capacity: number): Cache {
  const shape = [rows, heads, capacity, keyStride(headDim)];
  return { keys: tf.keep(tf.zeros(shape)), values: tf.keep(tf.zeros(shape)), capacity };
}

function copyRows(from: Cache, to: Cache, { rows, heads, headDim }: AttentionSize, positions: number): void {
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
  return { keys: tf.keep(tf.gather(keys, from)), values: tf.keep(tf.gather(values, from)), capacity };
}

function free({ keys, values }: Cache): void {
  keys.dispose();
  values.dispose();
}
