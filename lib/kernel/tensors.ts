/** What TensorFlow.js holds: `tf.memory()` in short. */
export interface HeldTensors {
  tensors: number;
  bytes: number;
}

/** A cell that leaves this many tensors more than it found is warned of. */
const manyTensors = 1000;
/** So is one that has run before and leaves this many bytes: a model that is loaded leaves as many, but once. */
const manyBytes = 100e6;

/** What TensorFlow.js holds now; nothing if no cell has loaded it. */
export function heldTensors(): HeldTensors {
  const engine = (globalThis as { _tfengine?: Engine })._tfengine;
  return { tensors: engine?.state.numTensors ?? 0, bytes: engine?.state.numBytes ?? 0 };
}

/** What to say after a cell that has left many tensors behind, or much in few. @param isAgain whether it had run before */
export function leakWarning(before: HeldTensors, after: HeldTensors, isAgain: boolean): string | undefined {
  const left = after.tensors - before.tensors;
  const bytes = after.bytes - before.bytes;
  if (left < manyTensors && !(isAgain && bytes >= manyBytes)) return undefined;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return (
    `This cell has left ${left} tensor${left === 1 ? "" : "s"} (${megabytes(bytes)}) in memory; ` +
    `TensorFlow.js now holds ${after.tensors} (${megabytes(after.bytes)}). ` +
    "tf.tidy(() => ...) or dispose() frees those that are no longer needed; tf.memory() counts them.\n"
  );
}

interface Engine {
  state: { numTensors: number; numBytes: number };
}
