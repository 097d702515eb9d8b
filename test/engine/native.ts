import { before } from "node:test";
import { currentEngine, type Graphs, startBackend, tf } from "../../lib/engine";
import type { NativeBackend } from "../../lib/engine/native/backend";
import { nativeOperations } from "../../lib/engine/native/operations";
import { isNativeLinked } from "../../lib/native/engine";

/** Runs a file's tests on the native engine. @returns why they are skipped, where it is not installed */
export function onNative(): string | undefined {
  if (!isNativeLinked()) return "the native engine is not installed (`npm run native`)";
  before(() => startBackend("node"));
  return undefined;
}

/** `Graphs.trace` of the native engine. */
export const traceGraph: Graphs["trace"] = (...call) => (currentEngine().graphs as Graphs).trace(...call);

/** The native engine's own operations. */
export const operations = () => nativeOperations(tf.backend() as unknown as NativeBackend);
