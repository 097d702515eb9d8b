import { existsSync, readFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import { exports, type Package } from "resolve.exports";
import { ownModule } from "../ownPackage";

type Resolve = (request: string, parent: unknown, ...rest: unknown[]) => string;

/**
 * From now on `require`, which the imports of cells become, finds packages that name their files for `import` alone; those
 * that name a file for both ways are taken as before. `smitin-lab` is found wherever the notebook lies.
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
      const { code } = error as NodeJS.ErrnoException;
      const own = code === "MODULE_NOT_FOUND" ? ownModule(request) : undefined;
      if (own) return own;
      if (code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
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
  try {
    const manifest: Package = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const [path] = exports(manifest, `.${rest}`, { conditions: ["module-sync"] }) ?? [];
    return path && join(home, path);
  } catch {
    return undefined; // the package names no file for it, or refuses it: Node's own error says so
  }
}
