import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import type { ImportedName } from "../compiler/cellImports";

/** A name that a cell imported, and what it had. */
interface Binding extends ImportedName {
  value: unknown;
}

/** What `import ... from "../lib"` means in our notebooks. */
const lab = join(__dirname, "../..", "index.ts");

/** Keeps the library that cells have imported as it is on disk. */
export interface LiveModules {
  /** Load the lab ahead of what is going to import it: of all the project it is known to do nothing but load. */
  loadAhead(source: string): void;
  /** Drop edited files and all that import them, and give the cells' imported names their new values. */
  refresh(): void;
  /** Note what a cell that has just run imported; `since` is when it began (ms). */
  remember(imports: ImportedName[], since: number): void;
  /** Drop modules whose loading was broken off half way. */
  forgetUnfinished(): void;
}

/**
 * Hot reload for cells: before each cell, files under `root` that changed on disk are loaded again together with
 * everything that imports them, however far away; packages in node_modules are left alone.
 *
 * @param folder the notebook's folder, to which relative imports refer
 * @param root the project: files below it are looked at
 * @param locals the cells' variables
 */
export function liveModules(folder: string, root: string, locals: Record<string, unknown>): LiveModules {
  const load = createRequire(join(folder, "cell.js"));
  const stamps = new Map<string, number>();
  const bindings = new Map<string, Binding>();

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
      for (const binding of bindings.values()) rebind(binding, load, locals);
      look(started);
    },
    remember(imports, since) {
      for (const name of imports) {
        // packages stay as they are, and a cell that is a module has no file
        const isFile = /^[./]/.test(name.specifier) && resolved(name.specifier, load) !== undefined;
        if (isFile) bindings.set(name.local, { ...name, value: locals[name.local] });
        else bindings.delete(name.local);
      }
      look(since);
    },
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

function rebind(binding: Binding, load: NodeJS.Require, locals: Record<string, unknown>): void {
  const module: Record<string, unknown> = load(binding.specifier);
  const { imported, local } = binding;
  const value =
    imported === "*" || (imported === "default" && !module.__esModule) ? module : module[imported];
  if (value === undefined || value === binding.value) return;
  if (locals[local] === binding.value) locals[local] = value;
  binding.value = value;
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
