import { existsSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { packagePath } from "../disk/packageRoot";
import { isNative, isNativeProcessor } from "./native/engine";

export { tf };

/**
 * The engines the lab knows: `wasm` needs nothing; `node` is what `npm run native` linked, on the processor; `gpu` the same on a
 * graphics card.
 */
export type BackendName = "wasm" | "node" | "gpu" | "cpu";

/** Where `npm run native` puts the linked binding, outside node_modules so that `npm ci` keeps it. */
export const nativeFolder = packagePath("data/cache/native");

const nativePackage = join(nativeFolder, "node_modules/@tensorflow/tfjs-node-gpu");
const nativeBinding = join(nativePackage, "lib/napi-v8/tfjs_binding.node");

/** Whether the native engine is there, whole. */
export function isNativeLinked(): boolean {
  return [nativeBinding, join(nativePackage, "deps/lib/libtensorflow.so")].every((path) => existsSync(path));
}

/**
 * Start a TensorFlow.js engine and make it the current one.
 * @param name which engine; without it `SMITIN_BACKEND`, else wasm (SIMD, no native code)
 * @returns the engine's name
 * @throws Error when the engine is unknown or not installed, or SMITIN_THREADS (the native engine's threads; without it one a
 * core) no number; for gpu, when TensorFlow finds none
 */
export async function startBackend(
  name: string = process.env.SMITIN_BACKEND || "wasm",
): Promise<BackendName> {
  switch (name) {
    case "wasm":
      await import("@tensorflow/tfjs-backend-wasm");
      await select("wasm");
      return name;
    case "node":
    case "gpu":
      loadNative(name);
      await select("tensorflow");
      return name;
    case "cpu":
      await select("cpu");
      return name;
    default:
      throw new Error(`SMITIN_BACKEND: expected wasm, node, gpu or cpu, found "${name}"`);
  }
}

/** What the current engine computes on. */
export function currentDevice(): "processor" | "graphics card" {
  return isNative() && !isNativeProcessor() ? "graphics card" : "processor";
}

/** Engines of one name round alike: "wasm", "cpu", "tensorflow", the last on a graphics card by a name of its own. */
export function engineName(): string {
  return currentDevice() === "graphics card" ? "tensorflow on a graphics card" : tf.getBackend();
}

async function select(engine: string): Promise<void> {
  if (!(await tf.setBackend(engine))) throw new Error(`the TensorFlow.js engine "${engine}" did not start`);
  await tf.ready();
}

function loadNative(name: "node" | "gpu"): void {
  limitThreads(process.env.SMITIN_THREADS);
  if (!isNativeLinked()) {
    const found = existsSync(nativeFolder) ? `only a part of it in ${nativeFolder}` : "nothing";
    throw new Error(`expected the native engine, found ${found}: run \`npm run native\` first`);
  }
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // its greetings, and a line for every graph
  if (name === "node") process.env.CUDA_VISIBLE_DEVICES = "-1"; // TensorFlow would take the first card that it sees
  const binding: { isUsingGpuDevice(): boolean } = require(nativeBinding);
  if (name === "gpu" && !binding.isUsingGpuDevice())
    throw new Error(
      "SMITIN_BACKEND=gpu: expected a graphics card that TensorFlow can use, found none. `nvidia-smi` must list one; run `npm run native` (again) where it does, so that CUDA's libraries come with TensorFlow's. SMITIN_BACKEND=node computes on the processor",
    );
  require(nativePackage);
}

/**
 * TensorFlow shares an operation between all of the processor's cores, and reads these settings once, when it starts. A
 * transformer's operations follow one another: a second thread that looks for the next one only takes a core from the first.
 */
function limitThreads(wanted: string | undefined): void {
  process.env.TF_NUM_INTEROP_THREADS ??= "1";
  if (!wanted) return;
  if (!/^[1-9]\d{0,2}$/.test(wanted))
    throw new Error(`SMITIN_THREADS: expected a number of threads from 1 to 999, found "${wanted}"`);
  process.env.TF_NUM_INTRAOP_THREADS = wanted;
}
