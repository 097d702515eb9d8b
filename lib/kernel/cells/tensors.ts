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
  const { numTensors = 0, numBytes = 0 } = engineState() ?? {};
  return { tensors: numTensors, bytes: numBytes };
}

/**
 * Remember what TensorFlow.js is in the midst of.
 * @returns how to end what has begun since: code that is broken off leaves `tf.tidy` without its end
 */
export function unfinishedWork(): () => void {
  const { scopeStack, kernelDepth = 0, gradientDepth = 0 } = engineState() ?? {};
  const scopes = scopeStack?.length ?? 0;
  return () => {
    const state = engineState();
    if (!state) return;
    while (state.scopeStack.length > scopes) engine()!.endScope(); // frees what the scope held
    Object.assign(state, { kernelDepth, gradientDepth });
  };
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
  state: {
    numTensors: number;
    numBytes: number;
    /** of `tf.tidy` */
    scopeStack: unknown[];
    kernelDepth: number;
    gradientDepth: number;
  };
  endScope(): void;
}

function engine(): Engine | undefined {
  return (globalThis as { _tfengine?: Engine })._tfengine;
}

function engineState(): Engine["state"] | undefined {
  return engine()?.state;
}
