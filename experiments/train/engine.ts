import { type BackendName, startBackend } from "../../lib/engine";
import { registerWasmGradients } from "./wasmGradients";

/** The engine trainings run on: the native one, unless SMITIN_BACKEND asks for another. */
export async function startTrainingEngine(): Promise<BackendName> {
  const name = await startBackend(process.env.SMITIN_BACKEND || "node");
  if (name === "wasm") registerWasmGradients();
  return name;
}
