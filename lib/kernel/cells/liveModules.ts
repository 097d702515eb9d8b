import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import type { Name, Scope } from "./scope";

/** What `import ... from "../lib"` means in our notebooks. */
const lab = join(__dirname, "../..", "index.ts");

/** Keeps the library that cells have imported as it is on disk. */
export interface LiveModules {
  /** Load the lab ahead of what is going to import it: of all the project it is known to do nothing but load. */
  loadAhead(source: string): void;
  /** Drop edited files and all that import them, and give the cells' imported names their new values. */
  refresh(): void;
  /** Note what a cell that has just run has loaded; `since` is when it began (ms). */
  remember(since: number): void;
  /** Drop modules whose loading was broken off half way. */
  forgetUnfinished(): void;
}

/**
 * Hot reload for cells: before each cell, files under `root` that changed on disk are loaded again together with
 * everything that imports them, however far away; packages in node_modules are left alone.
 *
 * @param folder the notebook's folder, to which relative imports refer
 * @param root the project: files below it are looked at
 * @param scope the cells' names
 */
export function liveModules(folder: string, root: string, scope: Scope): LiveModules {
  const load = createRequire(join(folder, "cell.js"));
  const stamps = new Map<string, number>();

  return {
    loadAhead(source) {
      const since = Date.now();
      for (const [, specifier] of source.matchAll(/\bfrom\s*["']([./][^"'\n]*)["']/g)) {
        const path = resolved(specifier, load);
        if (path !== lab || require.cache[path]) continue;
        try {
          load(path);
        } catch {
          // the cell that imports it says why
        }
        look(since);
      }
    },
    refresh() {
      const changed = [...stamps].filter(([path, stamp]) => modified(path) !== stamp).map(([path]) => path);
      for (const path of withDependents(changed, root)) {
        delete require.cache[path];
        stamps.delete(path);
      }
      const started = Date.now();
      for (const name of scope.imports()) importAgain(name, load);
      look(started);
    },
    remember: look,
    forgetUnfinished() {
      for (const [path, module] of Object.entries(require.cache))
        if (module && !module.loaded) delete require.cache[path];
    },
  };

  /** Note the age of files loaded since; one written after the loading began may already be another. */
  function look(since: number): void {
    for (const path of projectModules(root)) {
      if (stamps.has(path)) continue;
      const stamp = modified(path);
      stamps.set(path, stamp > since ? Number.NaN : stamp);
    }
  }
}

/** Packages stay as they are, and a cell that is a module has no file. A name that the file has no more stays, too. */
function importAgain(name: Name, load: NodeJS.Require): void {
  const { source } = name;
  if (!source || !/^[./]/.test(source.specifier) || !resolved(source.specifier, load)) return;
  const module = load(source.specifier);
  const { imported } = source;
  if (imported === "*" || imported === "default" || imported in module) name.import(module, source);
}

function resolved(specifier: string, load: NodeJS.Require): string | undefined {
  try {
    return load.resolve(specifier);
  } catch {
    return undefined;
  }
}

/** `paths` and every loaded project file that imports one of them, directly or not. */
function withDependents(paths: string[], root: string): Set<string> {
  const dropped = new Set(paths);
  if (!paths.length) return dropped;
  const modules = projectModules(root);
  for (let grown = true; grown; ) {
    grown = false;
    for (const path of modules) {
      if (dropped.has(path) || !require.cache[path]!.children.some((child) => dropped.has(child.id)))
        continue;
      dropped.add(path);
      grown = true;
    }
  }
  return dropped;
}

function projectModules(root: string): string[] {
  const inside = root + sep;
  const packages = `${sep}node_modules${sep}`;
  return Object.keys(require.cache).filter((path) => path.startsWith(inside) && !path.includes(packages));
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
