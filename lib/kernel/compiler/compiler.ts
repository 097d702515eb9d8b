import ts from "typescript";
import { type CompilerFiles, createCellFiles } from "./cellFiles";
import type { CellDiagnostic, Compilation } from "./compilation";
import { type Completion, completionsAt } from "./completion";
import { emitCell, emitModule } from "./emit";
import { createForeignNames } from "./foreignNames";
import { type Inspection, inspectAt } from "./inspection";
import { createLibraryCheck } from "./libraryCheck";
import { packageDocs } from "./packageDocs";
import { cellName, createSharedNames, hubName } from "./sharedNames";
import { type Declared, importLines, topLevelNames, withoutExports } from "./topLevel";

/** Checks and compiles the cells of one notebook, which share their top-level names. */
export interface CellCompiler {
  /** Check a cell and turn it into JavaScript. If it is sound its names belong to all later ones, in the place of earlier ones. */
  compile(source: string): Compilation;
  /** Take a cell that is a module (`@module name`), which later cells import as "./name". */
  addModule(name: string, source: string, isJsx: boolean): CellDiagnostic[];
  complete(source: string, position: number): Completion;
  inspect(source: string, position: number): Inspection | undefined;
  close(): void;
}

export interface CompilerSetup {
  files: CompilerFiles;
  /** where the notebook lies; its cells are files there as far as imports go */
  folder: string;
  /** of `cellOptions` */
  options: ts.CompilerOptions;
  /** texts of cells to come: what they import is read at once */
  ahead?: string[];
  /** is there such a global where the cells run? */
  isGlobal(name: string): boolean;
  /** What to say of a module that a file in a folder imports and that is not there. The compiler's own words if absent. */
  missing?(request: string, folder: string): string;
}

/** Diagnostics that a file created since may have cured: files are looked for anew before the next cell. */
const unresolved = new Set([2305, 2307, 2792]);
/** It says nothing about correctness that a package has no types. */
const ignored = new Set([7016]);
/** "Cannot find module ..." */
const missingModule = 2307;
/** "Cannot assign to ... because it is an import." */
const assignedImport = 2632;

/**
 * Each cell is a file; behind its text stands, for the checker, where the names of other cells come from that it uses
 * (`createSharedNames`). So a name has the type that the cell gave it which declared it last, and a cell that has run is
 * never checked again. What runs is written by `liveNames`.
 *
 * Cells are type-checked against the library's sources; which of these are checked themselves: `createLibraryCheck`.
 * Nothing here needs Node: a page can give files of its own.
 */
export function createCellCompiler({
  files,
  folder,
  options,
  ahead = [],
  isGlobal,
  missing,
}: CompilerSetup): CellCompiler {
  const rootPath = `${folder}/__notebook__.ts`;
  const docs = packageDocs(files);
  const cells = createCellFiles(files, folder, options, rootPath, (path) => {
    const text = files.readFile(path);
    return text === undefined ? undefined : docs.without(path, text);
  });
  const shared = createSharedNames();
  const changedModules = new Map<string, string>();
  const isCell = (path: string) => cells.text(path) !== undefined;
  const check = createLibraryCheck(isCell);
  const foreign = createForeignNames(isGlobal);
  const first = importLines(ahead);
  let modules: string[] = [];
  let count = 0; // cells that have been accepted
  let stale = false;

  const draft = "__cell__";

  cells.put(`${folder}/${draft}.ts`, empty());
  arrange();
  cells.service.getProgram()?.getTypeChecker();

  return {
    compile(source) {
      const { text, declared, file, program } = place(cellName(count + 1), source);
      const library = check
        .complaints(
          program,
          program.getSourceFiles().filter(({ fileName }) => isCell(fileName)),
        )
        .filter((found) => !ignored.has(found.code));
      const found = complaints(file, text);
      stale = [...library, ...found].some(({ code }) => unresolved.has(code));
      const diagnostics = [
        ...library.map((each) => placed(each, each.file)),
        ...found.map((each) => worded(placed({ ...each, file }), text, each.start ?? 0)),
        ...foreign.complaints(program, file, text.length),
      ];
      if (diagnostics.length > 0) return { diagnostics: diagnostics.map(withMissing) };
      const compiled = emitCell(program, file, text.length, (name) =>
        isBound(declared.get(name) ?? shared.get(name)),
      );
      shared.add(++count, declared);
      arrange();
      const changed = [...changedModules].map(([path, data]) => ({ path, data }));
      changedModules.clear();
      return { diagnostics, compiled: { ...compiled, modules: changed } };
    },
    addModule(name, source, isJsx) {
      const path = `${folder}/${name}.${isJsx ? "tsx" : "ts"}`;
      if (cells.text(path) === undefined) stale = true;
      cells.put(path, `${source}\nexport {};`);
      modules = [...new Set([...modules, `import "./${name}";`])];
      arrange();
      renew();
      changedModules.set(`${folder}/${name}.js`, emitModule(source, path, options));
      const file = cells.service.getProgram()!.getSourceFile(path)!;
      return complaints(file, source).map((each) => placed({ ...each, file }));
    },
    complete(source, position) {
      const { text, file } = place(draft, source, true);
      return completionsAt(cells.service, file, text, position, foreign.isForeign);
    },
    inspect(source, position) {
      const { file, program } = place(draft, source);
      return inspectAt({ service: cells.service, program, file, position, docs, isCell });
    },
    close: cells.close,
  };

  /** Write the files that hold the cells together: the root, which imports all, and the cells' names. */
  function arrange(): void {
    const imports = [first, `import "./${hubName}";`, `import "./${draft}";`, ...modules];
    cells.put(rootPath, `${imports.join("\n")}\n`);
    const hub = shared.hub();
    cells.put(`${folder}/${hubName}.ts`, hub);
    for (const [, cell] of hub.matchAll(/"\.\/(.*)"/g)) {
      const path = `${folder}/${cell}.ts`;
      if (cells.text(path) === undefined) cells.put(path, empty());
    }
  }

  /** A cell that is not there yet: it imports what all do. */
  function empty(): string {
    return shared.tail(new Map(), "");
  }

  /** Put a cell there, and look at all again. */
  function place(cell: string, source: string, withAllNames = false) {
    const text = withoutExports(source);
    const declared = topLevelNames(text);
    const path = `${folder}/${cell}.ts`;
    cells.put(path, text + shared.tail(declared, withAllNames ? undefined : text));
    renew();
    const program = cells.service.getProgram()!;
    return { text, declared, program, file: program.getSourceFile(path)! };
  }

  function renew(): void {
    if (stale) cells.restart();
    stale = false;
  }

  /** What is wrong with a cell or a cell that is a module, in its own text. */
  function complaints(file: ts.SourceFile, text: string): ts.Diagnostic[] {
    const { service } = cells;
    const syntax = service.getSyntacticDiagnostics(file.fileName);
    if (syntax.length > 0)
      return syntax.map((found) => ({ ...found, start: Math.min(found.start, text.trimEnd().length) }));
    return service
      .getSemanticDiagnostics(file.fileName)
      .filter(({ code, start = 0 }) => !ignored.has(code) && start < text.length);
  }

  function withMissing(diagnostic: CellDiagnostic): CellDiagnostic {
    const [, request] = /^Cannot find module '([^']+)'/.exec(diagnostic.message) ?? [];
    if (diagnostic.code !== missingModule || !missing || !request) return diagnostic;
    const from = diagnostic.file?.path ?? rootPath;
    return { ...diagnostic, message: missing(request, from.slice(0, from.lastIndexOf("/"))) };
  }

  /** Names of other cells are no imports to who writes a cell. */
  function worded(diagnostic: CellDiagnostic, text: string, start: number): CellDiagnostic {
    const message = diagnostic.message.replace(/import\("[^"]*__(?:cell[-\d]*|names)__"\)\./g, "");
    if (diagnostic.code !== assignedImport) return { ...diagnostic, message };
    const [name = ""] = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(text.slice(start)) ?? [];
    const kind = shared.get(name)?.kind ?? "import";
    const what = kind === "import" ? "an import" : kind === "enum" ? "an enum" : `a ${kind}`;
    return { ...diagnostic, message: `Cannot assign to '${name}' because it is ${what}.` };
  }
}

function isBound(declared: Declared | undefined): boolean {
  return declared !== undefined && !declared.ambient && declared.kind !== "type" && declared.kind !== "using";
}

function placed(found: ts.Diagnostic, shown?: ts.SourceFile): CellDiagnostic {
  const { line, character } = ts.getLineAndCharacterOfPosition(found.file!, found.start ?? 0);
  const message = ts.flattenDiagnosticMessageText(found.messageText, "\n");
  const file = shown && { path: shown.fileName, text: shown.text };
  return { line: line + 1, column: character + 1, code: found.code, message, file };
}
