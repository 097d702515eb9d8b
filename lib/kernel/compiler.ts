import { statSync } from "node:fs";
import type { SourceMap } from "node:module";
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter";
import { type CompilerState, isIgnored, patchedTypeScript } from "./patchedTypeScript";
import { hasTopLevelForAwait, looseDeclarations, spellShorthands } from "./syntax";
import { loadConverter, loadTypeScript } from "./tslab";

/** A position in a cell as its author sees it, both counted from 1. */
export interface CellPosition {
  line: number;
  column: number;
}

/** One complaint of the type checker about a cell, or about a file that it imports. */
export interface CellDiagnostic extends CellPosition {
  code: number;
  message: string;
  /** absent: the cell itself */
  file?: { path: string; text: string };
}

/** What one cell was compiled to. */
export interface CompiledCell {
  diagnostics: CellDiagnostic[];
  /** from a position in the compiled code (both from 1) to the cell's own text */
  position(line: number, column: number): CellPosition | undefined;
}

export interface Compiler extends Converter {
  /** The result of the last `convert` or `addModule`. */
  compiled: CompiledCell;
}

type Converted = ReturnType<Converter["convert"]>;
type CellComplaint = Converted["diagnostics"][number];

interface FileWatch {
  path: string;
  stamp: number;
  changed: TypeScript.FileWatcherCallback;
}

/** Diagnostics that a file created since may have cured: the program is built anew before the next cell. */
const unresolvedCodes = new Set([2305, 2307]);

/**
 * tslab's cell compiler for the notebooks of one folder, as strict as the project's tsconfig.json.
 *
 * Cells are type-checked against the library's sources; which of these are checked themselves: `createLibraryCheck`.
 * Node loads them through tsx. Relative imports mean the notebook's folder. Edited library files are seen by the next
 * cell (files are looked at before each cell, nothing is watched in between).
 */
export function createCompiler(folder: string): Compiler {
  const ts = loadTypeScript();
  const watches = new Set<FileWatch>();
  const state: CompilerState = {
    folder,
    watchFile(path, changed) {
      const watch = { path, stamp: fileStamp(path), changed };
      const settled = path.includes("/node_modules/");
      if (!settled) watches.add(watch);
      return { close: () => void watches.delete(watch) };
    },
    maps: [],
    moduleCells: new Set(),
    library: [],
  };
  const createConverter = loadConverter(patchedTypeScript(ts, state));
  let inner = createConverter({ isJS: false, isBrowser: false });
  let stale = false;

  function refresh(): void {
    if (stale) {
      inner.close();
      watches.clear();
      inner = createConverter({ isJS: false, isBrowser: false });
      stale = false;
    }
    for (const watch of [...watches]) {
      const stamp = fileStamp(watch.path);
      if (stamp === watch.stamp) continue;
      watch.stamp = stamp;
      const { Changed, Deleted } = ts.FileWatcherEventKind;
      watch.changed(watch.path, stamp ? Changed : Deleted);
    }
  }

  const compiler: Compiler = {
    compiled: nothing,
    convert(previous, source) {
      refresh();
      state.maps.length = 0;
      const spelled = spellShorthands(source);
      const result = inner.convert(previous, spelled.text);
      const { library } = state;
      stale = [...result.diagnostics, ...library].some((d) => unresolvedCodes.has(d.code));
      const stages = state.maps.slice(-1).concat(state.maps.slice(-2, -1));
      compiler.compiled = {
        diagnostics: [
          ...library.map((d) => libraryDiagnostic(ts, d)),
          ...result.diagnostics.map((d) => cellDiagnostic(d, spelled.column)),
        ],
        position: (line, column) => {
          const place = trace(stages, line, column);
          return place && { ...place, column: spelled.column(place.line, place.column) };
        },
      };
      if (library.length > 0) return { diagnostics: [...result.diagnostics, ...library.map(asComplaint)] };
      if (hasTopLevelForAwait(source)) result.hasToplevelAwait = true;
      if (result.declOutput?.startsWith("undefined")) {
        result.declOutput = looseDeclarations(source) + result.declOutput.slice("undefined".length);
      }
      return result;
    },
    inspect(previous, source, position) {
      refresh();
      return inner.inspect(previous, source, position);
    },
    complete(previous, source, position) {
      refresh();
      return inner.complete(previous, source, position);
    },
    addModule(name, content, meta) {
      state.moduleCells.add(join(folder, `${name}.${meta?.jsx ? "tsx" : "ts"}`));
      const diagnostics = inner.addModule(name, content, meta).filter((d) => !isIgnored(d));
      compiler.compiled = {
        ...nothing,
        diagnostics: diagnostics.map((d) => cellDiagnostic(d, (_, column) => column)),
      };
      return diagnostics;
    },
    close: () => inner.close(),
  };
  return compiler;
}

const nothing: CompiledCell = { diagnostics: [], position: () => undefined };

function cellDiagnostic(
  { start, code, messageText }: CellComplaint,
  columnOf: (line: number, column: number) => number,
): CellDiagnostic {
  const line = start.line + 1;
  return { line, column: columnOf(line, start.character + 1), code, message: messageText };
}

function libraryDiagnostic(ts: typeof TypeScript, d: TypeScript.Diagnostic): CellDiagnostic {
  const { line, character } = ts.getLineAndCharacterOfPosition(d.file!, d.start ?? 0);
  const message = ts.flattenDiagnosticMessageText(d.messageText, "\n");
  const file = { path: d.file!.fileName, text: d.file!.text };
  return { line: line + 1, column: character + 1, code: d.code, message, file };
}

/** For tslab, which only asks whether there are any. */
function asComplaint({ category, code }: TypeScript.Diagnostic): CellComplaint {
  const start = { offset: 0, line: 0, character: 0 };
  return { start, end: start, messageText: "in a file that the cell imports", category, code };
}

/** Follow a position (from 1) back through the source maps; the first line of a cell's text is tslab's `export {};`. */
function trace(stages: SourceMap[], line: number, column: number): CellPosition | undefined {
  let at = { line: line - 1, column: column - 1 };
  for (const stage of stages) {
    const entry = stage.findEntry(at.line, at.column);
    if (!("originalLine" in entry)) return undefined;
    at = { line: entry.originalLine, column: entry.originalColumn };
  }
  return at.line < 1 ? undefined : { line: at.line, column: at.column + 1 };
}

function fileStamp(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
