import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { ownTypes } from "../ownPackage";
import type { CompilerFiles } from "./cellFiles";

/** The disk's files as a compiler reads them; those that belong to packages do not change while it lives. */
export interface DiskFiles extends CompilerFiles {
  /** Look at the files' ages anew when they are asked for next. */
  refresh(): void;
}

export function diskFiles(): DiskFiles {
  let ages = new Map<string, string>();
  const { fileExists, readFile, directoryExists, getDirectories, readDirectory, realpath } = ts.sys;
  return {
    fileExists,
    readFile,
    directoryExists,
    getDirectories,
    readDirectory,
    realpath,
    libFolder: dirname(require.resolve("typescript")),
    version(path) {
      let age = ages.get(path);
      if (age === undefined) {
        const settled = path.includes("/node_modules/");
        age = settled ? "1" : String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
        ages.set(path, age);
      }
      return age;
    },
    refresh() {
      ages = new Map();
    },
  };
}

/** What the nearest tsconfig.json at or above a folder says; {} if there is none. */
export function projectOptions(folder: string): ts.CompilerOptions {
  const path = ts.findConfigFile(folder, ts.sys.fileExists);
  if (!path) return {};
  const host = { ...ts.sys, readDirectory: () => [] }; // options only, not the files they are for
  const { config = {} } = ts.readConfigFile(path, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, host, dirname(path)).options;
}

/** Where the types of Node, of `tslab` and of the lab itself are: the project's, or those that the lab brings. */
export function broughtTypes(folder: string): Pick<ts.CompilerOptions, "typeRoots" | "paths"> {
  const roots: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules/@types"))) roots.push(join(at, "node_modules/@types"));
    if (at === dirname(at)) break;
  }
  roots.push(dirname(dirname(require.resolve("@types/node/package.json"))));
  return {
    typeRoots: [...new Set(roots)],
    paths: {
      ...ownTypes(folder),
      tslab: [join(dirname(require.resolve("tslab/package.json")), "dist/public.d.ts")],
    },
  };
}
