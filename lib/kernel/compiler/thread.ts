import { parentPort } from "node:worker_threads";
import { missingModule } from "../missingModule";
import type { CompilerThreadData, CompilerWork, Order } from "./client";
import { createCellCompiler } from "./compiler";
import { broughtTypes, diskFiles, projectOptions } from "./diskFiles";
import { cellOptions } from "./options";
import { isCompleteCell } from "./syntax";

const main = parentPort!;
/** What cells have besides Node's globals. */
const provided = new Set(["prompt", "require"]);

main.once("message", ({ folder, ahead, answers, flags }: CompilerThreadData) => {
  const opened = outcome(() => openCompiler(folder, ahead));
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

/** The compiler of cells on this disk, which looks at all files of the project anew before each order. */
function openCompiler(folder: string, ahead: string[]): CompilerWork {
  const files = diskFiles();
  const { typeRoots, paths } = broughtTypes(folder);
  const project = projectOptions(folder);
  const options = cellOptions({
    typeRoots,
    ...project,
    paths: { ...paths, ...project.paths },
  });
  const isGlobal = (name: string) => name in globalThis || provided.has(name);
  const compiler = createCellCompiler({ files, folder, options, ahead, isGlobal, missing: missingModule });
  const fresh =
    <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
    (...args: Args): Result => {
      files.refresh();
      return work(...args);
    };
  return {
    compile: fresh(compiler.compile),
    addModule: fresh(compiler.addModule),
    complete: fresh(compiler.complete),
    inspect: fresh(compiler.inspect),
    isComplete: isCompleteCell,
    close: compiler.close,
  };
}

function outcome<T>(compute: () => T): { value: T } | { error: unknown } {
  try {
    return { value: compute() };
  } catch (error) {
    return { error };
  }
}
