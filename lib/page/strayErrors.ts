/**
 * Hear of what is thrown outside of all that is caught, in a window or in a worker: by timers, by listeners, in promises that nobody
 * waits for. @param heard gets the reason in words
 */
export function hearStrayErrors(heard: (why: string) => void): void {
  addEventListener("error", ({ message }) => heard(message));
  addEventListener("unhandledrejection", ({ reason }) =>
    heard(reason instanceof Error ? reason.message : String(reason)),
  );
}
