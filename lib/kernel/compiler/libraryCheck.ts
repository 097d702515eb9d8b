import type ts from "typescript";

type Program = ts.Program;
type SourceFile = ts.SourceFile;
type Diagnostic = ts.Diagnostic;

/** A cell that imports no more of the project's files than this, near and far, has all of them checked. */
const fewFiles = 24;

/** Type-checks what cells import from their project. */
export interface LibraryCheck {
  /** What is wrong in the project's files that `roots` (a cell, what came before it) import. */
  complaints(program: Program, roots: SourceFile[]): Diagnostic[];
}

/**
 * A large library would cost its first cell seconds, and it has a compiler of its own; so these of its files are checked:
 * those the cell itself imports, those edited since the kernel first saw them, and those that import an edited one. Of a
 * small library all. A sound file is not checked again until a file is edited.
 *
 * @param isCell which files are cells: these are checked elsewhere
 */
export function createLibraryCheck(isCell: (path: string) => boolean): LibraryCheck {
  const seen = new Map<string, SourceFile>();
  const edited = new Set<string>();
  const sound = new Set<string>();

  return {
    complaints(program, roots) {
      const imports = importGraph(program, roots, isCell);
      const direct = new Set(roots.flatMap((root) => imports.get(root.fileName) ?? []));
      for (const root of roots) imports.delete(root.fileName);
      for (const path of imports.keys()) {
        const file = program.getSourceFile(path)!;
        const before = seen.get(path);
        if (before && before !== file && before.text !== file.text) {
          edited.add(path);
          sound.clear();
        }
        seen.set(path, file);
      }
      const isDue = (path: string, itsImports: string[]) =>
        imports.size <= fewFiles ||
        direct.has(path) ||
        edited.has(path) ||
        itsImports.some((each) => edited.has(each));
      const due = [...imports].filter(([path, itsImports]) => isDue(path, itsImports)).map(([path]) => path);
      due.sort((a, b) => Number(edited.has(b)) - Number(edited.has(a))); // the cause before what it causes
      return due.flatMap((path) => check(program, path));
    },
  };

  function check(program: Program, path: string): readonly Diagnostic[] {
    if (sound.has(path)) return [];
    const file = program.getSourceFile(path)!;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    if (found.length === 0) sound.add(path);
    return found;
  }
}

/** The project's source files that can be reached from `roots`, each with those that it imports. */
function importGraph(program: Program, roots: SourceFile[], isCell: (path: string) => boolean) {
  const graph = new Map<string, string[]>();
  const waiting = roots.map((root) => root.fileName);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (graph.has(path)) continue;
    const imported = importsOf(program, program.getSourceFile(path)).filter(
      (each) => isOwn(each) && !isCell(each),
    );
    graph.set(path, imported);
    waiting.push(...imported);
  }
  return graph;
}

function isOwn(path: string): boolean {
  return /\.[mc]?tsx?$/.test(path) && !/\.d\.[mc]?ts$/.test(path) && !path.includes("/node_modules/");
}

/** Where TypeScript found what a file imports, all ways of importing among them (it keeps that to itself). */
function importsOf(program: Program, file: SourceFile | undefined): string[] {
  const { imports = [] } = (file ?? {}) as { imports?: readonly ts.StringLiteralLike[] };
  const { getResolvedModuleFromModuleSpecifier: resolve } = program as Program & {
    getResolvedModuleFromModuleSpecifier(
      specifier: ts.StringLiteralLike,
      file: SourceFile,
    ): ts.ResolvedModuleWithFailedLookupLocations | undefined;
  };
  return imports.flatMap((specifier) => resolve(specifier, file!)?.resolvedModule?.resolvedFileName ?? []);
}
