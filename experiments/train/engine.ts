import { startBackend } from "../../lib/engine";
import "../../lib/native/engine";
import { registerWasmGradients } from "./wasmGradients";

/** The engine trainings run on: the native one, unless SMITIN_BACKEND asks for another. */
export async function startTrainingEngine(): Promise<string> {
  const name = await startBackend(process.env.SMITIN_BACKEND || "node");
  if (name === "wasm") registerWasmGradients();
  return name;
}
