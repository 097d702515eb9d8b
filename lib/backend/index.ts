import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import * as tf from "@tensorflow/tfjs";

export { tf };

/** The engines the lab knows: `wasm` needs nothing; `node` and `gpu` are what `npm run native` linked. */
export type BackendName = "wasm" | "node" | "gpu" | "cpu";

/** Where `npm run native` puts the linked binding, outside node_modules so that `npm ci` keeps it. */
export const nativeFolder = resolve(__dirname, "../../data/cache/native");

/**
 * Start a TensorFlow.js engine and make it the current one.
 * @param name which engine; without it `SMITIN_BACKEND`, else wasm (SIMD, no native code)
 * @returns the engine's name
 * @throws Error when the engine is unknown or not installed
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
      loadNative();
      await select("tensorflow");
      return name;
    case "cpu":
      await select("cpu");
      return name;
    default:
      throw new Error(`SMITIN_BACKEND: expected wasm, node, gpu or cpu, found "${name}"`);
  }
}

async function select(engine: string): Promise<void> {
  if (!(await tf.setBackend(engine))) throw new Error(`the TensorFlow.js engine "${engine}" did not start`);
  await tf.ready();
}

function loadNative(): void {
  const folder = join(nativeFolder, "node_modules/@tensorflow/tfjs-node-gpu");
  if (!existsSync(folder))
    throw new Error(`the native engine is not installed: run \`npm run native\` first`);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // its greetings, and a line for every graph
  require(folder);
}
