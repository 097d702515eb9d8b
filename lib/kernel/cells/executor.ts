import type { Converter } from "tslab/dist/converter";
import type { CompiledCell } from "../compiler/compilation";
import { tslabRequire } from "../tslab";

/** Runs compiled cells one after the other. */
export interface CellExecutor {
  /** False if the cell was not sound, or threw. */
  execute(source: string): Promise<boolean>;
  /** End the wait for the cell that runs. */
  interrupt(): void;
  /** What cells find in `exports`. */
  exports: Record<string, unknown>;
}

/** What the executor asks of who uses it. */
export interface ExecutorHost {
  /** A cell's JavaScript; undefined if something is wrong with it. */
  compile(source: string): CompiledCell | undefined;
  addModule(name: string, source: string, isJsx: boolean): void;
  /** The last value of a cell that has one. */
  result(value: unknown): void;
  thrown(error: unknown): void;
}

/** Where a cell leaves its last value (`liveNames`). */
const lastExpressionVar = "lastValue";

/**
 * tslab's executor with our compiler in the place of its own: it runs a cell's code so that a signal can break off its
 * beginning, waits for it, keeps cells that are modules (`@module name`), and gives cells the package "tslab".
 */
export function createExecutor(folder: string, host: ExecutorHost): CellExecutor {
  const { createExecutor: create }: typeof import("tslab/dist/executor") =
    tslabRequire()("./dist/executor.js");
  let sound = true;
  const node: Converter = {
    convert(_, source) {
      const compiled = host.compile(source);
      sound = compiled !== undefined;
      if (!compiled) return { diagnostics: [unsound] };
      const { output, waits, modules } = compiled;
      return { output, hasToplevelAwait: waits, sideOutputs: modules, lastExpressionVar, diagnostics: [] };
    },
    addModule(name, source, meta) {
      sound = true;
      host.addModule(name, source, meta?.jsx ?? false);
      return [];
    },
    inspect: elsewhere,
    complete: elsewhere,
    close() {},
  };
  const converters = {
    node,
    get browser(): Converter {
      throw new Error("browser cells are not supported");
    },
    close() {},
  };
  const { execute, interrupt, locals } = create(folder, converters, {
    log: ({ value }: { value: unknown }) => {
      if (value !== undefined) host.result(value);
    },
    error: (error) => {
      if (sound) host.thrown(error);
    },
  });
  return { execute, interrupt, exports: locals };
}

/** tslab only asks whether there are any. */
const place = { offset: 0, line: 0, character: 0 };
const unsound = { start: place, end: place, messageText: "", category: 1, code: 0 };

function elsewhere(): never {
  throw new Error("the compiler completes and inspects, not the executor");
}
