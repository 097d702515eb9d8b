const key = Symbol.for("smitin.interruption");
const holder = globalThis as { [key]?: AbortSignal };

/** The kernel says what ends the long work that is begun from now on; undefined: nothing does. */
export function endsWith(interruption: AbortSignal | undefined): void {
  holder[key] = interruption;
}

/**
 * For work that takes long: throws the reason when the caller's signal says so, or when the notebook is interrupted after the
 * work's beginning.
 */
export function stopper(signal?: AbortSignal): () => void {
  const interruption = holder[key];
  return () => {
    interruption?.throwIfAborted();
    signal?.throwIfAborted();
  };
}

/**
 * `stopper`, which lets what else the process (or the page) has to do run before, at most every 25 ms: a signal is heard
 * then. To be awaited now and then.
 */
export function pauser(signal?: AbortSignal): () => Promise<void> {
  const check = stopper(signal);
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= 25) {
      await nextTask();
      last = performance.now();
    }
    check();
  };
}

/** Whatever else waits comes first. A page has no setImmediate, and its timers wait a second while its tab is not seen. */
function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?(resume: () => void): void };
  return new Promise((resume) => {
    if (setImmediate) return setImmediate(resume);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(null);
  });
}
