/**
 * Compile lib/engine/wasm/kernels.as to WebAssembly and write it, as text, to lib/engine/wasm/binary.ts.
 * Run after a change of kernels.as: `npx tsx experiments/kernels.ts` (npx fetches the AssemblyScript compiler).
 */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../lib/disk/packageRoot";

const compiler = "assemblyscript@0.28";
const folder = packagePath("lib/engine/wasm");
const scratch = mkdtempSync(join(tmpdir(), "kernels-"));
try {
  copyFileSync(join(folder, "kernels.as"), join(scratch, "kernels.ts"));
  const binaries = { simd: compile("simd"), relaxedSimd: compile("simd,relaxed-simd") };
  const head =
    "/** kernels.as compiled to WebAssembly with two sets of features, in base64; written by experiments/kernels.ts. */";
  const texts = Object.entries(binaries).map(
    ([name, binary]) => `export const ${name} = [\n${lines(binary)}\n].join("");`,
  );
  const file = join(folder, "binary.ts");
  writeFileSync(`${file}.tmp`, `${[head, ...texts].join("\n")}\n`);
  renameSync(`${file}.tmp`, file);
  console.log(`${file}: ${binaries.simd.length} and ${binaries.relaxedSimd.length} bytes of WebAssembly`);
} finally {
  rmSync(scratch, { recursive: true });
}

function compile(features: string): Buffer {
  const memory = ["--importMemory", "--initialMemory", "1"];
  const options = [
    "--runtime",
    "stub",
    ...memory,
    "--enable",
    features,
    "-O3",
    "--noAssert",
    "-o",
    "kernels.wasm",
  ];
  execFileSync("npx", ["--yes", "--package", compiler, "asc", "kernels.ts", ...options], {
    cwd: scratch,
    stdio: "inherit",
  });
  return readFileSync(join(scratch, "kernels.wasm"));
}

function lines(binary: Buffer): string {
  const pieces = binary.toString("base64").match(/.{1,100}/g) as string[];
  return pieces.map((piece) => `  "${piece}",`).join("\n");
}
