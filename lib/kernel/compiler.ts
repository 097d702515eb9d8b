import { statSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter";
import { hasTopLevelForAwait, looseDeclarations, spellShorthands } from "./syntax";
import { loadConverter, loadTypeScript } from "./tslab";

/** A position in a cell as its author sees it, both counted from 1. */
export interface CellPosition {
  line: number;
  column: number;
}

/** One complaint of the type checker about a cell. */
export interface CellDiagnostic extends CellPosition {
  code: number;
  message: string;
}

/** What one cell was compiled to. */
export interface CompiledCell {
  diagnostics: CellDiagnostic[];
  /** from a position in the compiled code (both from 1) to the cell's own text */
  position(line: number, column: number): CellPosition | undefined;
}

export interface Compiler extends Converter {
  /** The result of the last `convert`. */
  compiled: CompiledCell;
}

type Sys = typeof TypeScript.sys;
type Program = TypeScript.Program;
type Builder = TypeScript.BuilderProgram;
interface FileWatch {
  path: string;
  stamp: number;
  changed: TypeScript.FileWatcherCallback;
}

interface CompilerState {
  folder: string;
  /** the project's files that the program has read */
  watches: Set<FileWatch>;
  /** of the last cell: from its text to ES modules, from there to CommonJS */
  maps: SourceMap[];
  /** paths of cells that are modules (`@module name`) */
  moduleCells: Set<string>;
}

/**
 * Diagnostics that say nothing about a cell's correctness: files outside rootDir (6059), a package without types
 * (7016), and types that a declaration file cannot name (2742 and the 4000s: such a variable becomes `any` later).
 */
const ignoredCodes = (code: number) =>
  code === 6059 || code === 7016 || code === 2742 || (code >= 4000 && code < 4200);
/** Diagnostics that a file created since may have cured: the program is built anew before the next cell. */
const unresolvedCodes = new Set([2305, 2307]);

/**
 * tslab's cell compiler for the notebooks of one folder, with this project's compiler options.
 *
 * Cells are type-checked against the library's sources, the library itself is not: Node loads it through tsx. Relative
 * imports mean the notebook's folder. Edited library files are seen by the next cell (files are looked at before each
 * cell, nothing is watched in between).
 */
export function createCompiler(folder: string): Compiler {
  const typescript = loadTypeScript();
  const state: CompilerState = { folder, watches: new Set(), maps: [], moduleCells: new Set() };
  const { watches, maps, moduleCells } = state;
  const createConverter = loadConverter(patched(typescript, state));
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
      const { Changed, Deleted } = typescript.FileWatcherEventKind;
      watch.changed(watch.path, stamp ? Changed : Deleted);
    }
  }

  const compiler: Compiler = {
    compiled: { diagnostics: [], position: () => undefined },
    convert(previous, source) {
      refresh();
      maps.length = 0;
      const spelled = spellShorthands(source);
      const result = inner.convert(previous, spelled.text);
      stale = result.diagnostics.some((d) => unresolvedCodes.has(d.code));
      const stages = maps.slice(-1).concat(maps.slice(-2, -1));
      compiler.compiled = {
        diagnostics: result.diagnostics.map((d) => ({
          line: d.start.line + 1,
          column: spelled.column(d.start.line + 1, d.start.character + 1),
          code: d.code,
          message: d.messageText,
        })),
        position: (line, column) => {
          const place = trace(stages, line, column);
          return place && { ...place, column: spelled.column(place.line, place.column) };
        },
      };
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
      moduleCells.add(join(folder, `${name}.${meta?.jsx ? "tsx" : "ts"}`));
      return inner.addModule(name, content, meta);
    },
    close: () => inner.close(),
  };
  return compiler;
}

/** A copy of the TypeScript module that compiles cells our way. */
function patched(ts: typeof TypeScript, state: CompilerState): typeof TypeScript {
  const { folder, watches, maps, moduleCells } = state;
  const sys: Sys = Object.create(ts.sys);
  sys.getCurrentDirectory = () => folder;
  sys.watchFile = (path, changed) => {
    const watch = { path, stamp: fileStamp(path), changed };
    const settled = path.includes("/node_modules/");
    if (!settled) watches.add(watch);
    return { close: () => void watches.delete(watch) };
  };
  sys.watchDirectory = () => ({ close() {} });
  // the plain program does: tslab checks and emits the cell and its module cells, nothing else changes between cells
  const createProgram = (...args: Parameters<typeof ts.createAbstractBuilder>) => {
    const builder = ts.createAbstractBuilder(...args);
    builder.getProgram().getTypeChecker(); // tslab reads the names of files, which come with the checker
    builder.getAllDependencies = (file) => [file.fileName, ...moduleCells].filter(builder.getSourceFile);
    return builder;
  };
  const changes: Record<string, unknown> = {
    sys,
    createWatchCompilerHost: (
      files: string[],
      options: TypeScript.CompilerOptions,
      system: Sys,
      _create: unknown,
      ...reporters: []
    ) =>
      ts.createWatchCompilerHost<Builder>(
        files,
        { ...options, ...cellOptions(ts) },
        system,
        createProgram as never,
        ...reporters,
      ),
    getPreEmitDiagnosticsOfFiles: (program: Program, files: TypeScript.SourceFile[]) =>
      preEmitDiagnostics(ts)(program, files).filter((d) => !ignoredCodes(d.code)),
    transpileModule: (input: string, options: TypeScript.TranspileOptions) => {
      const [, first] =
        /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(input) ?? [];
      const result = ts.transpileModule(input, {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
      });
      if (first)
        maps.push(sourceMap(Buffer.from(first, "base64").toString()), sourceMap(result.sourceMapText!));
      result.outputText = result.outputText.replace(/^\/\/# sourceMappingURL=.*$/gm, "");
      return result;
    },
  };
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(ts)) {
    Object.defineProperty(copy, name, {
      enumerable: true,
      get: () => changes[name] ?? (ts as unknown as Record<string, unknown>)[name],
    });
  }
  return copy as unknown as typeof TypeScript;
}

function cellOptions(ts: typeof TypeScript): TypeScript.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    skipLibCheck: true,
    inlineSourceMap: true,
    types: ["node"],
  };
}

/** tslab's addition to TypeScript: the diagnostics of some files only. */
function preEmitDiagnostics(ts: typeof TypeScript) {
  type OfFiles = (program: Program, files: TypeScript.SourceFile[]) => TypeScript.Diagnostic[];
  return (ts as unknown as { getPreEmitDiagnosticsOfFiles: OfFiles }).getPreEmitDiagnosticsOfFiles;
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

function sourceMap(text: string): SourceMap {
  return new SourceMap(JSON.parse(text) as SourceMapPayload);
}

function fileStamp(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
