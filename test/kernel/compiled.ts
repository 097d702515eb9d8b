import { createRequire } from "node:module";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { createScope } from "../../lib/kernel/cells/scope";
import { stoppableAwaits } from "../../lib/kernel/cells/stoppableAwaits";
import { createCellCompiler } from "../../lib/kernel/compiler/compiler";
import { broughtTypes, diskFiles } from "../../lib/kernel/compiler/diskFiles";
import { cellOptions } from "../../lib/kernel/compiler/options";

/** Cells that are compiled and run in this process, without a kernel. */
export interface CompiledCells {
  /** Run a cell and give its last value; throws what it throws, or what is wrong with it. */
  run(source: string): Promise<unknown>;
  /** What the checker says of a cell that is not to run. */
  complaints(source: string): string[];
  compiler: ReturnType<typeof createCellCompiler>;
}

export function compiledCells(folder = join(__dirname, "notebooks"), options = {}): CompiledCells {
  stoppableAwaits();
  const files = diskFiles();
  const compiler = createCellCompiler({
    files,
    folder,
    options: cellOptions({ ...broughtTypes(folder), ...options }),
    isGlobal: (name) => name in globalThis || name === "require",
  });
  const scope = createScope();
  const exports: Record<string, unknown> = { cells: scope.runtime };
  const compile = (source: string) => {
    files.refresh();
    return compiler.compile(source);
  };
  return {
    compiler,
    async run(source) {
      const { compiled, diagnostics } = compile(source);
      if (!compiled)
        throw new Error(
          diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`).join("\n"),
        );
      const { output, waits } = compiled;
      const code = `(${waits ? "async " : ""}function(exports, require) { ${output}\n})`;
      delete exports.lastValue;
      await runInThisContext(code)(exports, createRequire(join(folder, "cell.js")));
      return (exports.lastValue as { value: unknown } | undefined)?.value;
    },
    complaints: (source) => compile(source).diagnostics.map(({ message }) => message),
  };
}
