/**
 * Compile lib/engine/wasm/kernels.as to WebAssembly and write it, as text, to lib/engine/wasm/binary.ts: `npm run kernels`, after
 * a change of kernels.as. A test holds the two together.
 */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../../lib/disk/packageRoot";
import { writeAtomically } from "../../lib/disk/writeAtomically";

const folder = packagePath("lib/engine/wasm");
const compiler = packagePath("node_modules/assemblyscript/bin/asc.js");

if (require.main === module) writeAtomically(join(folder, "binary.ts"), compileKernels());

/** @returns the text of binary.ts. @throws Error after what the AssemblyScript compiler prints */
export function compileKernels(): string {
  const scratch = mkdtempSync(join(tmpdir(), "kernels-"));
  try {
    copyFileSync(join(folder, "kernels.as"), join(scratch, "kernels.ts"));
    const binaries = { simd: compile(scratch, "simd"), relaxedSimd: compile(scratch, "simd,relaxed-simd") };
    const head =
      "/** kernels.as compiled to WebAssembly with two sets of features, in base64; written by experiments/maintain/wasmKernels.ts. */";
    const texts = Object.entries(binaries).map(
      ([name, binary]) => `export const ${name} = [\n${lines(binary)}\n].join("");`,
    );
    return `${[head, ...texts].join("\n")}\n`;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function compile(scratch: string, features: string): Buffer {
  const memory = ["--importMemory", "--initialMemory", "1"];
  const options = [...memory, "--runtime", "stub", "--enable", features, "-O3", "--noAssert"];
  const words = [compiler, "kernels.ts", ...options, "-o", "kernels.wasm"];
  execFileSync(process.execPath, words, { cwd: scratch, stdio: "inherit" });
  return readFileSync(join(scratch, "kernels.wasm"));
}

function lines(binary: Buffer): string {
  const pieces = binary.toString("base64").match(/.{1,100}/g) as string[];
  return pieces.map((piece) => `  "${piece}",`).join("\n");
}
