/** Say something on stderr, in a line, beside the command's results. */
export function say(text: string): void {
  process.stderr.write(`smitin: ${text}\n`);
}

/**
 * Run something that Ctrl-C (or a batch system's SIGTERM) ends in good order; a second one ends it on the spot.
 * @param reason of the signal that it gets, in words
 */
export async function untilStopped<T>(reason: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error(reason));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    return await run(controller.signal);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
