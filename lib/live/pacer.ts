/** Keeps what is made only a little ahead of what sounds. */
export interface Pacer {
  /** @param isHeard whether a page plays it; without one nothing is held back */
  begin(isHeard: boolean, gone: () => void): void;
  /** The page begins again at the take's first sound. */
  rewind(): void;
  /** The page says how many seconds it has played. */
  played(seconds: number): void;
  /** Wait until the music that exists is no more than `lead` seconds ahead. */
  hold(seconds: number, signal: AbortSignal): Promise<void> | void;
}

/** Seconds without a word after which a page counts as gone. */
const patience = 8;

export function createPacer(lead: number): Pacer {
  let at = Number.POSITIVE_INFINITY;
  let gone = () => {};
  let wake = () => {};
  return {
    begin(isHeard, whenGone) {
      at = isHeard ? 0 : Number.POSITIVE_INFINITY;
      gone = whenGone;
    },
    rewind() {
      if (Number.isFinite(at)) at = 0;
    },
    played(seconds) {
      at = Math.max(at, seconds);
      wake();
    },
    hold(seconds, signal) {
      if (seconds <= at + lead || signal.aborted) return;
      return waitFor(() => seconds <= at + lead || signal.aborted, signal);
    },
  };

  async function waitFor(isOver: () => boolean, signal: AbortSignal): Promise<void> {
    const stop = () => wake();
    signal.addEventListener("abort", stop);
    try {
      while (!isOver()) {
        await new Promise<void>((resolve) => {
          const clock = setTimeout(() => {
            gone();
            resolve();
          }, 1000 * patience);
          wake = () => {
            clearTimeout(clock);
            resolve();
          };
        });
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}
