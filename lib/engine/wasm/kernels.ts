import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { AttentionSize } from "../attention";
import type { Activation, LinearOptions } from "../engine";
import { tf } from "../tf";
import { relaxedSimd, simd } from "./binary";
import { allowRelaxedSimd } from "./relaxed";

/**
 * The kernels of kernels.as on tensors of TensorFlow.js's wasm backend, in its memory. On small models the time of a step is
 * operations x overhead; these do in 5 operations a layer what takes some 40 of the backend's. No gradient.
 */
export interface Kernels {
  /** activation(normalize?(x) W + b) + add. x [rows, depth] -> [rows, columns] @param packed see linear.ts */
  linear(x: tf.Tensor2D, packed: tf.Tensor1D, columns: number, options: LinearOptions): tf.Tensor2D;
  /**
   * Append new positions to a cache (which changes in place) and attend from each to all up to itself.
   * @param qkv [rows x count, 3 x hidden], queries scaled
   * @param keys, values [rows, heads, capacity, keyStride(headDim)], of which `past` positions are filled
   * @param lastOnly the last new position alone attends
   * @param shared what was before the cache's first position
   * @returns z [rows x (count or 1), hidden]
   */
  selfAttention(
    qkv: tf.Tensor2D,
    keys: tf.Tensor,
    values: tf.Tensor,
    shape: AttentionShape,
    past: number,
    lastOnly: boolean,
    shared?: SharedPositions,
  ): tf.Tensor2D;
  /**
   * Attend to the first lengths[row] keys of each row.
   * @param query [rows x count, hidden], scaled
   * @param lengths [rows], int32
   * @returns z [rows x count, hidden]
   */
  crossAttention(
    query: tf.Tensor2D,
    keys: tf.Tensor,
    values: tf.Tensor,
    lengths: tf.Tensor1D,
    shape: AttentionShape,
  ): tf.Tensor2D;
  /** The numbers of a tensor, in place; valid until the next allocation. */
  inPlace(tensor: tf.Tensor): Float32Array;
}

/** The shape of attention: sizes of the cache and what is in it. */
export interface AttentionShape extends AttentionSize {
  /** Positions that the cache has room for. */
  capacity: number;
}

/** Positions before a cache's first that rows have in common with others. */
export interface SharedPositions {
  keys: tf.Tensor; // [.., heads, capacity, keyStride(headDim)]
  values: tf.Tensor;
  capacity: number;
  /** [rows], int32: the row of `keys` and `values` that each row begins with. */
  rows: tf.Tensor1D;
  length: number;
}

const activations: Activation[] = ["none", "gelu", "gelu_new", "relu"]; // as kernels.as counts them

/** Floats of one head's key in a cache: headDim, up to a multiple of 4. */
export function keyStride(headDim: number): number {
  return Math.ceil(headDim / 4) * 4;
}

/** Compile the kernels on a backend's memory; undefined where that memory cannot be found or SIMD is missing. */
export function loadKernels(backend: BackendWasm): Kernels | undefined {
  const exports = compile(backend);
  if (!exports) return undefined;

  /** Where a tensor's numbers begin. */
  const pointer = (tensor: tf.TensorInfo | undefined) =>
    tensor ? backend.getMemoryOffset(tensor.dataId) : 0;

  /** A new tensor. @param fill writes its numbers */
  function output<T extends tf.Tensor>(shape: number[], fill: (out: tf.TensorInfo) => void): T {
    const out = backend.makeOutput(shape, "float32");
    fill(out);
    return tf.engine().makeTensorFromTensorInfo(out, backend) as T;
  }

  /** Room for the length of a call. */
  function withScratch(floats: number, use: (pointer: number) => void): void {
    const scratch = backend.makeOutput([floats], "float32");
    use(pointer(scratch));
    backend.disposeData(scratch.dataId);
  }

  return {
    linear(x, packed, columns, { normalize, activation = "none", add }) {
      const [rows, depth] = x.shape;
      return output([rows, columns], (out) => {
        const run = (normalized: number) => {
          const [from, weight, plus, to] = [x, packed, add, out].map(pointer);
          const kind = activations.indexOf(activation);
          exports.linear(from, weight, plus, normalized, to, rows, depth, columns, kind);
        };
        if (normalize) withScratch(rows * depth, run);
        else run(0);
      });
    },

    selfAttention(qkv, keys, values, { rows, heads, headDim, capacity }, past, lastOnly, shared) {
      const count = qkv.shape[0] / rows;
      const from = lastOnly ? count - 1 : 0;
      return output([rows * (count - from), heads * headDim], (out) => {
        withScratch(keyStride(headDim) + (shared?.length ?? 0) + past + count + 4, (scratch) => {
          const cache = [...[qkv, keys, values, out].map(pointer), scratch];
          const sizes = [rows, count, from, heads, headDim, capacity, past];
          const before = [shared?.keys, shared?.values, shared?.rows].map(pointer);
          exports.selfAttention(...cache, ...sizes, ...before, shared?.capacity ?? 0, shared?.length ?? 0);
        });
      });
    },

    crossAttention(query, keys, values, lengths, { rows, heads, headDim, capacity }) {
      return output(query.shape, (out) => {
        withScratch(keyStride(headDim) + capacity + 4, (scratch) => {
          const [a, b, c, d, e] = [query, keys, values, lengths, out].map(pointer);
          exports.crossAttention(
            a,
            b,
            c,
            d,
            e,
            scratch,
            rows,
            query.shape[0] / rows,
            heads,
            headDim,
            capacity,
          );
        });
      });
    },

    inPlace: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
  };
}

/** What kernels.as exports; arguments in its order. */
type Exports = Record<"linear" | "selfAttention" | "crossAttention", (...pointersAndSizes: number[]) => void>;

function compile(backend: BackendWasm): Exports | undefined {
  const { asm } = backend.wasm as unknown as { asm?: Record<string, unknown> };
  const memory = Object.values(asm ?? {}).find((part) => part instanceof WebAssembly.Memory);
  allowRelaxedSimd();
  const bytes = [relaxedSimd, simd]
    .map((text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
    .find((candidate) => WebAssembly.validate(candidate));
  if (!memory || !bytes) return undefined;
  const imports = { env: { memory: memory as WebAssembly.Memory } };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as unknown as Exports;
}
