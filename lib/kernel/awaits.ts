/** The function that the compiler puts around whatever a cell awaits. */
export const guardName = "__smitinAwaited";

type Reject = (reason: unknown) => void;

/** Makes the awaits of cells end when they are interrupted, so that their loops do not go on unseen. */
export interface GuardedAwaits {
  /** Let every `await` that a cell's code stands at throw `reason`. */
  stop(reason: Error): void;
  release(): void;
}

/** From now on `await` in a cell can be stopped; awaits of library code cannot, but the cell no longer waits for them. */
export function guardAwaits(): GuardedAwaits {
  const holder = globalThis as Record<string, unknown>;
  // settled promises let go of their reject, and it of its place here
  const waiting = new Set<WeakRef<Reject>>();
  const settled = new FinalizationRegistry<WeakRef<Reject>>((place) => waiting.delete(place));
  holder[guardName] = (value: unknown) => {
    if (!isThenable(value)) return value;
    return new Promise((resolve, reject) => {
      const place = new WeakRef<Reject>(reject);
      waiting.add(place);
      settled.register(reject, place);
      value.then(resolve, reject); // bare: V8 follows these into the cell for a stack trace
    });
  };
  return {
    stop(reason) {
      for (const place of waiting) place.deref()?.(reason);
      waiting.clear();
    },
    release() {
      delete holder[guardName];
    },
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === "function";
}
