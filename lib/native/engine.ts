import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../disk/cacheFolder";
import { registerEngine, tf } from "../engine";
import { createNativeEngine } from "../engine/native";
import type { SessionLoader } from "../engine/native/graph";
import { graphTag } from "../engine/native/savedModel";
import "./wasm";

/*
 * The native engine as Node.js gives it, beside the wasm engine. Whoever imports this file can start it: `node` on the processor, `gpu` on a graphics
 * card.
 */
for (const name of ["node", "gpu"] as const) {
  registerEngine(name, {
    backend: "tensorflow",
    load: () => loadNative(name),
    create: (backend) =>
      createNativeEngine(backend, { threads: wantedThreads() ?? "one a core", loadSession }),
  });
}

/** Where `npm run native` puts the linked binding, outside node_modules so that `npm ci` keeps it. */
export const nativeFolder = cacheFolder("native");

const nativePackage = join(nativeFolder, "node_modules/@tensorflow/tfjs-node-gpu");
const nativeBinding = join(nativePackage, "lib/napi-v8/tfjs_binding.node");

/** Whether the native engine is there, whole. */
export function isNativeLinked(): boolean {
  const parts = [
    nativeBinding,
    join(nativePackage, "deps/lib/libtensorflow.so"),
    join(nativePackage, "../tfjs"),
  ];
  return parts.every((path) => existsSync(path));
}

function loadNative(name: "node" | "gpu"): void {
  limitThreads();
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
  Object.assign(globalThis, { [Symbol.for("smitin.tensorflow")]: tf }); // what it finds as @tensorflow/tfjs
  require(nativePackage);
}

/**
 * TensorFlow shares an operation between all of the processor's cores, and reads these settings once, when it starts. A
 * transformer's operations follow one another: a second thread that looks for the next one only takes a core from the first.
 */
function limitThreads(): void {
  process.env.TF_NUM_INTEROP_THREADS ??= "1";
  const wanted = wantedThreads();
  if (wanted) process.env.TF_NUM_INTRAOP_THREADS = wanted;
}

/** @throws Error when SMITIN_THREADS is no number of threads */
function wantedThreads(): string | undefined {
  const wanted = process.env.SMITIN_THREADS || undefined;
  if (wanted && !/^[1-9]\d{0,2}$/.test(wanted))
    throw new Error(`SMITIN_THREADS: expected a number of threads from 1 to 999, found "${wanted}"`);
  return wanted;
}

/** The backend reads graphs from a folder alone; it is gone once this returns. */
const loadSession: SessionLoader = (native, savedModel) => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-graph-"));
  try {
    writeFileSync(join(folder, "saved_model.pb"), savedModel);
    return native.loadSavedModelMetaGraph(folder, graphTag);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
