import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compileKernels } from "../../experiments/maintain/wasmKernels";
import { packagePath } from "../../lib/disk/packageRoot";

test("the WebAssembly in binary.ts is what kernels.as compiles to", () => {
  const there = readFileSync(packagePath("lib/engine/wasm/binary.ts"), "utf8");
  assert.ok(compileKernels() === there, "expected binary.ts as `npm run kernels` writes it");
});
