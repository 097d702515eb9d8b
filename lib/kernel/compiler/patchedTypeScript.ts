import type { SourceMapPayload } from "node:module";
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { guardName, walkName } from "../cells/stoppableAwaits";
import { createLibraryCheck } from "./libraryCheck";
import { cellOptions } from "./options";
import { packageDocs } from "./packageDocs";

type Sys = typeof TypeScript.sys;
type Program = TypeScript.Program;
type Builder = TypeScript.BuilderProgram;

/** What tslab's converter does not tell by itself. */
export interface CompilerState {
  folder: string;
  /** import lines whose files belong to the program from the beginning and stay in it */
  ahead: string;
  /** called for every file that the program has read */
  watchFile: Sys["watchFile"];
  /** of the last cell: from its text to ES modules, from there to CommonJS */
  maps: SourceMapPayload[];
  /** paths of cells that are modules (`@module name`) */
  moduleCells: Set<string>;
  /** of the last cell: what is wrong in files that it imports */
  library: TypeScript.Diagnostic[];
}

/**
 * Diagnostics that say nothing about correctness: files outside rootDir (6059), a package without types (7016), and
 * types that a declaration file cannot name (2742 and the 4000s: such a variable becomes `any` later).
 */
export function isIgnored({ code }: { code: number }): boolean {
  return code === 6059 || code === 7016 || code === 2742 || (code >= 4000 && code < 4200);
}

/** A copy of the TypeScript module that compiles cells our way, for tslab's converter to find in its place. */
export function patchedTypeScript(ts: typeof TypeScript, state: CompilerState): typeof TypeScript {
  const { folder, maps, moduleCells } = state;
  const sys: Sys = Object.create(ts.sys);
  sys.getCurrentDirectory = () => folder;
  const aheadPath = join(folder, "__ahead__.ts");
  const docs = packageDocs(ts);
  sys.readFile = (path, encoding) => {
    if (path === aheadPath) return state.ahead;
    const text = ts.sys.readFile(path, encoding);
    return text && docs.without(path, text);
  };
  sys.fileExists = (path) => path === aheadPath || ts.sys.fileExists(path);
  sys.watchFile = state.watchFile;
  sys.watchDirectory = () => ({ close() {} });
  const isVirtual = (path: string) => moduleCells.has(path) || /__(tslab|prev)__\.(d\.)?ts$/.test(path);
  const check = createLibraryCheck(isVirtual);
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
        state.ahead ? [...files, aheadPath] : files,
        { ...options, ...cellOptions(ts, folder) },
        system,
        createProgram as never,
        ...reporters,
      ),
    getPreEmitDiagnosticsOfFiles(program: Program, files: TypeScript.SourceFile[]) {
      const roots = program.getSourceFiles().filter((file) => isVirtual(file.fileName));
      state.library = check.complaints(program, roots).filter((d) => !isIgnored(d));
      return internals(ts)
        .getPreEmitDiagnosticsOfFiles(program, files)
        .filter((d) => !isIgnored(d));
    },
    getQuickInfoAtPosition(...place: Parameters<QuickInfo>) {
      const [file, checker, , position] = place;
      const symbol = checker.getSymbolAtLocation(internals(ts).getTouchingPropertyName(file, position));
      if (symbol) docs.restore(symbol);
      if (symbol && symbol.flags & ts.SymbolFlags.Alias) docs.restore(checker.getAliasedSymbol(symbol));
      return internals(ts).getQuickInfoAtPosition(...place);
    },
    transpileModule(input: string, options: TypeScript.TranspileOptions) {
      const [, first] =
        /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(input) ?? [];
      const result = ts.transpileModule(input, {
        ...options,
        compilerOptions: { ...options.compilerOptions, sourceMap: true },
        transformers: { before: [guardAwaits(ts)] },
      });
      if (first)
        maps.push(JSON.parse(Buffer.from(first, "base64").toString()), JSON.parse(result.sourceMapText!));
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

/** `await x` becomes `await guard(x)`, `for await (... of x)` goes through `walk(x)`, so that an interrupt can end them. */
function guardAwaits(ts: typeof TypeScript): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const inner = ts.visitEachChild(node, visit, context);
      const within = (name: string, expression: TypeScript.Expression) =>
        factory.createCallExpression(factory.createIdentifier(name), undefined, [expression]);
      if (ts.isAwaitExpression(inner))
        return factory.updateAwaitExpression(inner, within(guardName, inner.expression));
      if (!ts.isForOfStatement(inner) || !inner.awaitModifier) return inner;
      const { awaitModifier, initializer, expression, statement } = inner;
      return factory.updateForOfStatement(
        inner,
        awaitModifier,
        initializer,
        within(walkName, expression),
        statement,
      );
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

type QuickInfo = (
  file: TypeScript.SourceFile,
  checker: TypeScript.TypeChecker,
  token: TypeScript.CancellationToken,
  position: number,
) => TypeScript.QuickInfo | undefined;

/** What TypeScript keeps to itself, and tslab's additions to it. */
function internals(ts: typeof TypeScript) {
  return ts as unknown as {
    /** the diagnostics of some files only */
    getPreEmitDiagnosticsOfFiles(program: Program, files: TypeScript.SourceFile[]): TypeScript.Diagnostic[];
    getQuickInfoAtPosition: QuickInfo;
    getTouchingPropertyName(file: TypeScript.SourceFile, position: number): TypeScript.Node;
  };
}
