import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { relaxedSimd, simd } from "./binary";
import { allowRelaxedSimd } from "./relaxed";

/**
 * The kernels of kernels.as as TensorFlow.js kernels of its wasm engine: they work on its tensors, in its memory. On small
 * models the time of a step is operations x overhead; these do in 5 operations a layer what takes some 40 of the engine's.
 */
type Kernels = Record<
  "linear" | "selfAttention" | "crossAttention",
  (...pointersAndSizes: number[]) => void // in the order of kernels.as
>;

export type Activation = "none" | "gelu" | "gelu_new" | "relu";

const activations: Activation[] = ["none", "gelu", "gelu_new", "relu"]; // as kernels.as counts them

/** True while the current engine is the wasm one and runs these kernels (it has SIMD). */
export function hasKernels(): boolean {
  return tf.getBackend() === "wasm" && kernelsOf(tf.backend() as BackendWasm) !== undefined;
}

/**
 * A matrix and its bias as `linear` reads them: panels of 8 columns, each the biases and then the rows, zeros to fill up.
 * @param values [columns, depth]
 */
export function packPanels(
  values: Float32Array,
  depth: number,
  columns: number,
  bias?: Float32Array,
): Float32Array {
  const panels = Math.ceil(columns / 8);
  const packed = new Float32Array(panels * (depth + 1) * 8);
  for (let column = 0; column < columns; column += 8) {
    const start = column * (depth + 1);
    const end = Math.min(column + 8, columns);
    if (bias) packed.set(bias.subarray(column, end), start);
    for (let c = column; c < end; c++) {
      let to = start + 8 + c - column;
      for (let k = c * depth; k < (c + 1) * depth; k++, to += 8) packed[to] = values[k];
    }
  }
  return packed;
}

/** activation(normalize?(x) W + b) + add. x [rows, depth] -> [rows, columns] */
export function linearKernel(
  x: tf.Tensor2D,
  packed: tf.Tensor1D,
  columns: number,
  {
    normalize = false,
    activation = "none",
    add,
  }: { normalize?: boolean; activation?: Activation; add?: tf.Tensor2D },
): tf.Tensor2D {
  const inputs: tf.NamedTensorMap = add ? { x, packed, add } : { x, packed };
  return tf.engine().runKernel("SmitinLinear", inputs, {
    columns,
    normalize,
    activation: activations.indexOf(activation),
  });
}

/** The shape of attention: sizes of the cache and what is in it. */
export interface AttentionShape {
  rows: number;
  heads: number;
  headDim: number;
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

/** Floats of one head's key in a cache: headDim, up to a multiple of 4. */
export function keyStride(headDim: number): number {
  return Math.ceil(headDim / 4) * 4;
}

/**
 * Append new positions to a cache (which changes in place) and attend from each to all up to itself.
 * @param qkv [rows x count, 3 x hidden], queries scaled
 * @param keys, values [rows, heads, capacity, keyStride(headDim)], of which `past` positions are filled
 * @param lastOnly the last new position alone attends
 * @param shared what was before the cache's first position
 * @returns z [rows x (count or 1), hidden]
 */
export function selfAttentionKernel(
  qkv: tf.Tensor2D,
  keys: tf.Tensor,
  values: tf.Tensor,
  shape: AttentionShape,
  past: number,
  lastOnly: boolean,
  shared?: SharedPositions,
): tf.Tensor2D {
  const inputs: tf.NamedTensorMap = { qkv, keys, values };
  if (shared)
    Object.assign(inputs, { sharedKeys: shared.keys, sharedValues: shared.values, sharedRows: shared.rows });
  const before = { sharedCapacity: shared?.capacity ?? 0, shared: shared?.length ?? 0 };
  return tf.engine().runKernel("SmitinSelfAttention", inputs, { ...shape, past, lastOnly, ...before });
}

/**
 * Attend to the first lengths[row] keys of each row.
 * @param query [rows x count, hidden], scaled
 * @param lengths [rows], int32
 * @returns z [rows x count, hidden]
 */
export function crossAttentionKernel(
  query: tf.Tensor2D,
  keys: tf.Tensor,
  values: tf.Tensor,
  lengths: tf.Tensor1D,
  shape: AttentionShape,
): tf.Tensor2D {
  return tf.engine().runKernel("SmitinCrossAttention", { query, keys, values, lengths }, { ...shape });
}

/** The numbers of a tensor of the wasm engine, in place; valid until the next allocation. */
export function inPlace(tensor: tf.Tensor): Float32Array {
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}

const loaded = new WeakMap<object, Kernels | undefined>();

function kernelsOf(backend: BackendWasm): Kernels | undefined {
  if (!loaded.has(backend)) loaded.set(backend, load(backend));
  return loaded.get(backend);
}

/** Compile the kernels on the engine's memory; undefined where that memory cannot be found or SIMD is missing. */
function load(backend: BackendWasm): Kernels | undefined {
  const { asm } = backend.wasm as unknown as { asm?: Record<string, unknown> };
  const memory = Object.values(asm ?? {}).find((part) => part instanceof WebAssembly.Memory);
  allowRelaxedSimd();
  const bytes = [relaxedSimd, simd]
    .map((text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
    .find((candidate) => WebAssembly.validate(candidate));
  if (!memory || !bytes) return undefined;
  const imports = { env: { memory: memory as WebAssembly.Memory } };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as unknown as Kernels;
}

interface KernelCall {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, number | boolean>;
  backend: BackendWasm;
}

function register(kernelName: string, run: (call: KernelCall, kernels: Kernels) => tf.TensorInfo): void {
  const kernelFunc = (call: unknown) => {
    const { backend } = call as KernelCall;
    return run(call as KernelCall, kernelsOf(backend) as Kernels);
  };
  tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernelFunc as tf.KernelFunc });
}

/** Where a tensor's numbers begin. */
function pointer(backend: BackendWasm, tensor: tf.TensorInfo | undefined): number {
  return tensor ? backend.getMemoryOffset(tensor.dataId) : 0;
}

/** Room for the length of a call. */
function withRoom(backend: BackendWasm, floats: number, use: (pointer: number) => void): void {
  const room = backend.makeOutput([floats], "float32");
  use(pointer(backend, room));
  backend.disposeData(room.dataId);
}

register("SmitinLinear", ({ inputs: { x, packed, add }, attrs, backend }, kernels) => {
  const [rows, depth] = x.shape;
  const columns = attrs.columns as number;
  const out = backend.makeOutput([rows, columns], "float32");
  const run = (normalized: number) => {
    const [from, weight, plus, to] = [x, packed, add, out].map((tensor) => pointer(backend, tensor));
    kernels.linear(from, weight, plus, normalized, to, rows, depth, columns, attrs.activation as number);
  };
  if (attrs.normalize) withRoom(backend, rows * depth, run);
  else run(0);
  return out;
});

register("SmitinSelfAttention", ({ inputs, attrs, backend }, kernels) => {
  const { rows, heads, headDim, capacity, past, sharedCapacity, shared } = attrs as Record<string, number>;
  const count = inputs.qkv.shape[0] / rows;
  const from = attrs.lastOnly ? count - 1 : 0;
  const out = backend.makeOutput([rows * (count - from), heads * headDim], "float32");
  withRoom(backend, keyStride(headDim) + shared + past + count + 4, (room) => {
    const at = (name: string) => pointer(backend, inputs[name]);
    const to = pointer(backend, out);
    const cache = [at("qkv"), at("keys"), at("values"), to, room];
    const sizes = [rows, count, from, heads, headDim, capacity, past];
    const before = [at("sharedKeys"), at("sharedValues"), at("sharedRows"), sharedCapacity, shared];
    kernels.selfAttention(...cache, ...sizes, ...before);
  });
  return out;
});

register("SmitinCrossAttention", ({ inputs: { query, keys, values, lengths }, attrs, backend }, kernels) => {
  const { rows, heads, headDim, capacity } = attrs as Record<string, number>;
  const out = backend.makeOutput(query.shape, "float32");
  withRoom(backend, keyStride(headDim) + capacity + 4, (room) => {
    const [a, b, c, d, e] = [query, keys, values, lengths, out].map((tensor) => pointer(backend, tensor));
    kernels.crossAttention(a, b, c, d, e, room, rows, query.shape[0] / rows, heads, headDim, capacity);
  });
  return out;
});
