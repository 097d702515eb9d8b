/** What TensorFlow.js holds: `tf.memory()` in short. */
export interface HeldTensors {
  tensors: number;
  bytes: number;
}

/** A cell that leaves this many tensors more than it found is warned of. */
export const manyTensors = 1000;

/** What TensorFlow.js holds now; nothing if no cell has loaded it. */
export function heldTensors(): HeldTensors {
  const engine = (globalThis as { _tfengine?: Engine })._tfengine;
  return { tensors: engine?.state.numTensors ?? 0, bytes: engine?.state.numBytes ?? 0 };
}

/** What to say after a cell that has left many tensors behind. */
export function leakWarning(before: HeldTensors, after: HeldTensors): string | undefined {
  const left = after.tensors - before.tensors;
  if (left < manyTensors) return undefined;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return (
    `This cell has left ${left} tensors (${megabytes(after.bytes - before.bytes)}) in memory; ` +
    `TensorFlow.js now holds ${after.tensors} (${megabytes(after.bytes)}). ` +
    "tf.tidy(() => ...) or dispose() frees those that are no longer needed; tf.memory() counts them.\n"
  );
}

interface Engine {
  state: { numTensors: number; numBytes: number };
}
