/**
 * Compile lib/backend/wasm/kernels.as to WebAssembly and write it, as text, to lib/backend/wasm/binary.ts.
 * Run after a change of kernels.as: `npx tsx experiments/kernels.ts` (npx fetches the AssemblyScript compiler).
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const compiler = "assemblyscript@0.28";
const folder = resolve(__dirname, "../lib/backend/wasm");
const scratch = mkdtempSync(join(tmpdir(), "kernels-"));
try {
  copyFileSync(join(folder, "kernels.as"), join(scratch, "kernels.ts"));
  const memory = ["--importMemory", "--initialMemory", "1"];
  const options = [
    "--runtime",
    "stub",
    ...memory,
    "--enable",
    "simd",
    "-O3",
    "--noAssert",
    "-o",
    "kernels.wasm",
  ];
  execFileSync("npx", ["--yes", "--package", compiler, "asc", "kernels.ts", ...options], {
    cwd: scratch,
    stdio: "inherit",
  });
  const binary = readFileSync(join(scratch, "kernels.wasm"));
  const lines = binary.toString("base64").match(/.{1,100}/g) as string[];
  const text = lines.map((line) => `  "${line}",`).join("\n");
  const head = "/** kernels.as compiled to WebAssembly, in base64; written by experiments/kernels.ts. */";
  writeFileSync(join(folder, "binary.ts.tmp"), `${head}\nexport const binary = [\n${text}\n].join("");\n`);
  renameSync(join(folder, "binary.ts.tmp"), join(folder, "binary.ts"));
  console.log(`${join(folder, "binary.ts")}: ${binary.length} bytes of WebAssembly`);
} finally {
  rmSync(scratch, { recursive: true });
}
