import { statSync } from "node:fs";
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter";
import { loadConverter, loadTypeScript } from "../tslab";
import { type ImportedName, importedNames, importLines } from "./cellImports";
import { type CellPosition, type CellTrail, type Insertion, withoutInsertions } from "./cellTrail";
import { type CompilerState, isIgnored, patchedTypeScript } from "./patchedTypeScript";
import { hasTopLevelForAwait, looseDeclarations, spellShorthands } from "./syntax";

/** One complaint of the type checker about a cell, or about a file that it imports. */
export interface CellDiagnostic extends CellPosition {
  code: number;
  message: string;
  /** absent: the cell itself */
  file?: { path: string; text: string };
}

/** What has become of a cell, as data that crosses threads. */
export interface Compilation<T> {
  /** for tslab's executor */
  converted: T;
  diagnostics: CellDiagnostic[];
  trail: CellTrail;
  imports: ImportedName[];
}

/** tslab's converter, which says more of each cell. */
export interface CellCompiler extends Pick<Converter, "inspect" | "complete" | "close"> {
  convert(...cell: Parameters<Converter["convert"]>): Compilation<ReturnType<Converter["convert"]>>;
  /** Take a cell that is a module (`@module name`). */
  addModule(...cell: Parameters<Converter["addModule"]>): Compilation<ReturnType<Converter["addModule"]>>;
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
 *
 * @param ahead texts of cells to come: what they import is read at once
 */
export function createCompiler(folder: string, ahead: string[] = []): CellCompiler {
  const ts = loadTypeScript();
  const watches = new Set<FileWatch>();
  const state: CompilerState = {
    folder,
    ahead: importLines(ahead),
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

  return {
    convert(previous, source) {
      refresh();
      state.maps.length = 0;
      const { text, insertions } = spellShorthands(source);
      const result = inner.convert(previous, text);
      const { library } = state;
      stale = [...result.diagnostics, ...library].some((d) => unresolvedCodes.has(d.code));
      if (hasTopLevelForAwait(source)) result.hasToplevelAwait = true;
      if (result.declOutput?.startsWith("undefined")) {
        result.declOutput = looseDeclarations(source) + result.declOutput.slice("undefined".length);
      }
      return {
        converted:
          library.length > 0 ? { diagnostics: [...result.diagnostics, ...library.map(asComplaint)] } : result,
        diagnostics: [
          ...library.map((d) => libraryDiagnostic(ts, d)),
          ...result.diagnostics.map((d) => cellDiagnostic(d, insertions)),
        ],
        trail: { maps: state.maps.slice(-1).concat(state.maps.slice(-2, -1)), insertions },
        imports: importedNames(source),
      };
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
      const converted = inner.addModule(name, content, meta).filter((d) => !isIgnored(d));
      const diagnostics = converted.map((d) => cellDiagnostic(d, []));
      return { converted, diagnostics, trail: { maps: [], insertions: [] }, imports: [] };
    },
    close: () => inner.close(),
  };
}

function cellDiagnostic(
  { start, code, messageText }: CellComplaint,
  insertions: Insertion[],
): CellDiagnostic {
  const at = withoutInsertions(insertions, { line: start.line + 1, column: start.character + 1 });
  return { ...at, code, message: messageText };
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

function fileStamp(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
