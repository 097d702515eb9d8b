import ts from "typescript";

/**
 * How cells and the files they import are checked and compiled: as the project's tsconfig.json says, so that a cell is the
 * same language as a file. Rules against unused names are left out, a later cell may use them; what is written and where is
 * the cells' own.
 * @param project the project's own, {} if it has none
 */
export function cellOptions(project: ts.CompilerOptions): ts.CompilerOptions {
  return {
    strict: true,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    types: ["node"],
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    esModuleInterop: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    ...project,
    target: ts.ScriptTarget.ES2022, // what every supported Node runs
    module: ts.ModuleKind.ESNext,
    sourceMap: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
    isolatedModules: false,
    preserveConstEnums: true, // of a later cell's too
    importHelpers: false,
    removeComments: false,
    noEmit: false,
    noEmitOnError: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
    inlineSourceMap: false,
    composite: false,
    incremental: false,
    noResolve: false,
    checkJs: false,
    allowJs: false,
    rootDir: undefined,
    outDir: undefined,
    outFile: undefined,
    tsBuildInfoFile: undefined,
    ignoreDeprecations: "6.0",
  };
}
