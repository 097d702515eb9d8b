/**
 * Hear of what is thrown outside of all that is awaited: by timers, or in promises that nobody listens to. The process lives on.
 * @returns how to end it
 */
export function hearStrayErrors(heard: (thrown: unknown) => void): () => void {
  process.on("unhandledRejection", heard);
  process.on("uncaughtException", heard);
  return () => {
    process.off("unhandledRejection", heard);
    process.off("uncaughtException", heard);
  };
}
