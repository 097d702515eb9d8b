import { existsSync, readFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";

type Resolve = (request: string, parent: unknown, ...rest: unknown[]) => string;
type Target = string | null | Target[] | { [condition: string]: Target };

/** What a package may know of whoever imports it here, besides "default". */
const conditions = new Set(["node", "import", "module-sync", "default"]);

/**
 * From now on `require`, which the imports of cells become, finds packages that name their files for `import` alone; those
 * that name a file for both ways are taken as before.
 * @returns how to end it
 */
export function findImportOnly(): () => void {
  const node = Module as unknown as {
    _resolveFilename: Resolve;
    _resolveLookupPaths(request: string, parent: unknown): string[] | null;
  };
  const before = node._resolveFilename;
  const resolve: Resolve = (request, parent, ...rest) => {
    try {
      return before(request, parent, ...rest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
      const file = importedFile(request, node._resolveLookupPaths(request, parent) ?? []);
      if (!file) throw error;
      return file;
    }
  };
  node._resolveFilename = resolve;
  return () => {
    if (node._resolveFilename === resolve) node._resolveFilename = before;
  };
}

/** The file that a package's `exports` name for an import. @param folders in which packages are looked for, nearest first */
function importedFile(request: string, folders: string[]): string | undefined {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(request) ?? [];
  if (!name) return undefined;
  const home = folders
    .map((folder) => join(folder, name))
    .find((path) => existsSync(join(path, "package.json")));
  if (!home) return undefined;
  const { exports } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { exports: Target };
  const path = exported(exports, `.${rest}`);
  return path?.startsWith("./") ? join(home, path) : undefined;
}

/** @param path "." or "./deep/file" */
function exported(exports: Target, path: string): string | null | undefined {
  const isTable =
    typeof exports === "object" && Object.keys(exports ?? {}).some((key) => key.startsWith("."));
  const table = (isTable ? exports : { ".": exports }) as Record<string, Target>;
  if (path in table && !path.includes("*")) return chosen(table[path], "");
  const patterns = Object.keys(table).filter((key) => key.includes("*"));
  patterns.sort((a, b) => b.indexOf("*") - a.indexOf("*") || b.length - a.length);
  for (const pattern of patterns) {
    const [start, end] = pattern.split("*");
    if (path.length < pattern.length || !path.startsWith(start) || !path.endsWith(end)) continue;
    return chosen(table[pattern], path.slice(start.length, path.length - end.length));
  }
  return undefined;
}

/** The first target whose conditions hold; null where a package refuses. */
function chosen(target: Target, star: string): string | null | undefined {
  if (target === null || typeof target === "string") return target?.replaceAll("*", star) ?? null;
  const choices = Array.isArray(target)
    ? target
    : Object.entries(target).flatMap(([condition, each]) => (conditions.has(condition) ? [each] : []));
  for (const each of choices) {
    const path = chosen(each, star);
    if (path !== undefined) return path;
  }
  return undefined;
}
