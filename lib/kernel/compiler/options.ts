import { dirname } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";

/**
 * How cells are compiled: what the nearest tsconfig.json at or above `folder` says of strictness and resolution, and
 * what cells need besides. Rules against unused names are left out: a later cell may use them.
 */
export function cellOptions(ts: typeof TypeScript, folder: string): TypeScript.CompilerOptions {
  return {
    strict: true,
    ...projectOptions(ts, folder),
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
    inlineSourceMap: true,
    types: ["node"],
  };
}

const taken = [
  "strict",
  "alwaysStrict",
  "noImplicitAny",
  "noImplicitThis",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "useUnknownInCatchVariables",
  "noUncheckedIndexedAccess",
  "noPropertyAccessFromIndexSignature",
  "exactOptionalPropertyTypes",
  "noImplicitOverride",
  "noImplicitReturns",
  "noFallthroughCasesInSwitch",
  "allowUnreachableCode",
  "allowUnusedLabels",
  "esModuleInterop",
  "resolveJsonModule",
  "baseUrl",
  "paths",
];

function projectOptions(ts: typeof TypeScript, folder: string): TypeScript.CompilerOptions {
  const path = ts.findConfigFile(folder, ts.sys.fileExists);
  if (!path) return {};
  const host = { ...ts.sys, readDirectory: () => [] }; // options only, not the files they are for
  const { config = {} } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, host, dirname(path));
  return Object.fromEntries(taken.filter((name) => name in options).map((name) => [name, options[name]]));
}
