import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { Engine, EngineKind } from "../engine";
import { createPlainEngine } from "../plain";
import { tf } from "../tf";
import { kernelMemory, kernelText } from "./attention";
import { keyStride, loadKernels } from "./kernels";
import { kernelLinear } from "./linear";

/** All that a WebAssembly module can ever have: its addresses have 32 bits. */
const memory = 2 ** 32;
/** What caches and activations take of it. */
const reserved = 2 ** 29;

/** WebAssembly with SIMD, on one thread: wherever there is JavaScript. Rows are independent of one another to the last bit. */
export const wasm: EngineKind = {
  backend: "wasm",
  async load({ wasmFiles }) {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    if (wasmFiles) setWasmPaths(wasmFiles);
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false); // its threads share a memory, which the kernels cannot
  },
  create: (backend) => createWasmEngine(backend as BackendWasm),
};

function createWasmEngine(backend: BackendWasm): Engine {
  const engine = { ...createPlainEngine("wasm"), weightBytes: memory - reserved };
  const kernels = loadKernels(backend);
  if (!kernels) return engine;
  return {
    ...engine,
    createLinear: (...matrix) => kernelLinear(kernels, ...matrix),
    createMemory: (size, positions) => kernelMemory(kernels, size, positions),
    createText: (size, keyValues, mask) => kernelText(kernels, size, keyValues, mask),
    positionBytes: ({ heads, headDim }) => engine.positionBytes({ heads, headDim: keyStride(headDim) }),
  };
}
