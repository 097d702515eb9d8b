import { setFlagsFromString } from "node:v8";

/**
 * Relaxed SIMD (multiply and add in one instruction) is part of WebAssembly 3.0 and on in Node 22; Node 20 and 21 have it
 * behind a flag, which can be set as long as the module that needs it is not compiled yet.
 */
export function allowRelaxedSimd(): void {
  const [major] = process.versions.node.split(".").map(Number);
  if (major === 20 || major === 21) setFlagsFromString("--experimental-wasm-relaxed-simd");
}
