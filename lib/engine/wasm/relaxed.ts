/**
 * Relaxed SIMD (multiply and add in one instruction) is part of WebAssembly 3.0, on in browsers and in Node 22; Node 20 and 21
 * have it behind a flag, which can be set as long as the module that needs it is not compiled yet. Asked of the running process
 * and not imported: a page has no such module and needs none.
 */
export function allowRelaxedSimd(): void {
  const { process } = globalThis as { process?: NodeProcess };
  const major = Number(process?.versions?.node?.split(".")[0]);
  if (major !== 20 && major !== 21) return;
  process?.getBuiltinModule?.("node:v8")?.setFlagsFromString("--experimental-wasm-relaxed-simd");
}

interface NodeProcess {
  versions?: { node?: string };
  getBuiltinModule?(name: "node:v8"): { setFlagsFromString(flags: string): void } | undefined;
}
