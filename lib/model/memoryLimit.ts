import { currentEngine } from "../engine";
import type { Weights } from "./checkpoint/checkpoint";

/** Bytes of a checkpoint's numbers in single precision. */
export function floatBytes(weights: Weights): number {
  return weights.names().reduce((sum, name) => sum + 4 * weights.shape(name).reduce((a, b) => a * b, 1), 0);
}

/**
 * Foresee that a model cannot fit the current engine, before any of it is loaded.
 * @param bytes of its weights in single precision (or fewer, when only that is known)
 * @throws Error saying which engine is needed, and how to get it
 */
export function checkMemory(name: string, bytes: number): void {
  const engine = currentEngine();
  if (bytes <= engine.weightBytes) return;
  const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
  throw new Error(
    `model ${name}: the ${engine.name} engine has ${gigabytes(engine.weightBytes)} for weights, found ${gigabytes(bytes)} or more of them (it computes in single precision, also from F16 and BF16 files). The native engine takes what the machine's memory holds: \`npm run native\` once, then SMITIN_BACKEND=node or gpu`,
  );
}
