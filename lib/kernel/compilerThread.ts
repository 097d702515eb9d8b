import { parentPort, workerData } from "node:worker_threads";
import type { CompilerThreadData, CompilerWork, Order } from "./cellCompiler";
import { createCompiler } from "./compiler";
import { isCompleteCell } from "./syntax";

const { folder, ahead, answers, flags } = workerData as CompilerThreadData;
const compiler = createCompiler(folder, ahead);
const work: CompilerWork = { ...compiler, isComplete: isCompleteCell };

parentPort!.on("message", ({ id, name, args }: Order) => {
  answers.postMessage({ id, ...outcome(() => (work[name] as (...args: unknown[]) => unknown)(...args)) });
  Atomics.store(flags, 0, 1);
  Atomics.notify(flags, 0);
});

function outcome(compute: () => unknown): { value: unknown } | { error: unknown } {
  try {
    return { value: compute() };
  } catch (error) {
    return { error };
  }
}
