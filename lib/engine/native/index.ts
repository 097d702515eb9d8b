import type { Engine } from "../engine";
import { createPlainEngine } from "../plain";
import type { tf } from "../tf";
import type { NativeBackend } from "./backend";
import { type SessionLoader, traceGraph } from "./graph";
import { nativeOperations } from "./operations";

/** What only Node.js can give the native engine. */
export interface NativeOptions {
  /** How many threads share an operation: a number, or "one a core". */
  threads: string;
  /** Makes a session of a graph. */
  loadSession: SessionLoader;
}

/**
 * TensorFlow itself, by the backend of tfjs-node: operations one by one, and on a processor graphs of them. On a graphics card a
 * graph's inputs would have to cross the bus at every call, the weights too, so there operations run one by one.
 */
export function createNativeEngine(
  backend: tf.KernelBackend,
  { threads, loadSession }: NativeOptions,
): Engine {
  const native = backend as unknown as NativeBackend;
  const onCard = native.isUsingGpuDevice;
  return {
    ...createPlainEngine(onCard ? "tensorflow on a graphics card" : "tensorflow", nativeOperations(native)),
    device: onCard ? "graphics card" : "processor",
    threads,
    graphs: onCard ? undefined : { trace: (inputs, body) => traceGraph(native, loadSession, inputs, body) },
  };
}
