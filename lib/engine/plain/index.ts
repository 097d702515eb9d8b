import type { Engine, EngineKind } from "../engine";
import { tf } from "../tf";
import { plainMemory, plainText } from "./attention";
import { plainLinear } from "./linear";
import { type Operations, plainOperations } from "./operations";

/** Plain JavaScript: slow, everywhere, and what the others are compared with. */
export const cpu: EngineKind = {
  backend: "cpu",
  load() {},
  create: () => createPlainEngine("cpu"),
};

/**
 * An engine of TensorFlow.js's own operations, whatever they run on.
 * @param operations others in place of some of them
 */
export function createPlainEngine(name: string, operations: Operations = plainOperations): Engine {
  return {
    name,
    device: "processor",
    weightBytes: Number.POSITIVE_INFINITY,
    createLinear: (...matrix) => plainLinear(operations, ...matrix),
    createMemory: (size) => plainMemory(operations, size),
    createText: (size, keyValues, mask) => plainText(operations, size, keyValues, mask),
    positionBytes: ({ heads, headDim }) => 2 * heads * headDim * tf.util.bytesPerElement("float32"),
  };
}
