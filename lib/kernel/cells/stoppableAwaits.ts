import { guardName, walkName } from "../awaitNames";

type Reject = (reason: unknown) => void;

/** Makes the awaits of cells end when they are interrupted, so that their loops do not go on unseen. */
export interface StoppableAwaits {
  /** Let every `await` that a cell's code stands at throw `reason`, and every `for await`, which lets go of its iterator. */
  stop(reason: Error): void;
  release(): void;
}

/** From now on `await` in a cell can be stopped; awaits of library code cannot, but the cell no longer waits for them. */
export function stoppableAwaits(): StoppableAwaits {
  const holder = globalThis as Record<string, unknown>;
  // settled promises let go of their reject, and it of its place here
  const waiting = new Set<WeakRef<Reject>>();
  const settled = new FinalizationRegistry<WeakRef<Reject>>((place) => waiting.delete(place));

  function guarded<T>(value: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const place = new WeakRef<Reject>(reject);
      waiting.add(place);
      settled.register(reject, place);
      value.then(resolve, reject); // bare: V8 follows these into the cell for a stack trace
    });
  }

  holder[guardName] = (value: unknown) => (isThenable(value) ? guarded(value) : value);
  holder[walkName] = (items: AsyncIterable<unknown>): AsyncIterable<unknown> => {
    const walk = through(items);
    const next = () =>
      guarded(walk.next()).catch((reason) => {
        void walk.return().catch(() => {}); // comes when the step it is in has ended
        throw reason;
      });
    return { [Symbol.asyncIterator]: () => ({ next, return: () => guarded(walk.return()) }) };
  };
  return {
    stop(reason) {
      for (const place of waiting) place.deref()?.(reason);
      waiting.clear();
    },
    release() {
      delete holder[guardName];
      delete holder[walkName];
    },
  };
}

/** What can be walked through with `for await`, as a generator, which does one thing after the other. */
async function* through(items: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  for await (const item of items) yield item;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === "function";
}
