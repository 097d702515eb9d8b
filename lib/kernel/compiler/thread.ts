import { parentPort } from "node:worker_threads";
import type { CompilerThreadData, CompilerWork, Order } from "./client";
import { createCompiler } from "./compiler";
import { isCompleteCell } from "./syntax";

const main = parentPort!;

main.once("message", ({ folder, ahead, answers, flags }: CompilerThreadData) => {
  const opened = outcome(
    (): CompilerWork => ({ ...createCompiler(folder, ahead), isComplete: isCompleteCell }),
  );
  main.on("message", ({ id, name, args }: Order) => {
    const answer =
      "error" in opened
        ? opened
        : outcome(() => (opened.value[name] as (...args: unknown[]) => unknown)(...args));
    answers.postMessage({ id, ...answer });
    Atomics.store(flags, 0, 1);
    Atomics.notify(flags, 0);
  });
});

function outcome<T>(compute: () => T): { value: T } | { error: unknown } {
  try {
    return { value: compute() };
  } catch (error) {
    return { error };
  }
}
