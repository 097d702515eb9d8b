import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import { loadTypeScript } from "./tslab";

/** A name that a cell imported. */
interface Binding {
  local: string;
  /** the exported name, "default", or "*" for the whole module */
  imported: string;
  specifier: string;
  value: unknown;
}

/** Keeps the library that cells have imported as it is on disk. */
export interface LiveModules {
  /** Drop edited files and all that import them, and give the cells' imported names their new values. */
  refresh(): void;
  /** Note what a cell that has just run imported; `since` is when it began (ms). */
  remember(source: string, since: number): void;
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
    remember(source, since) {
      for (const binding of importsOf(source)) {
        binding.value = locals[binding.local];
        if (isFile(binding.specifier, load)) bindings.set(binding.local, binding);
        else bindings.delete(binding.local);
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

/** Is it a file of the project? Packages stay as they are, and a cell that is a module has no file. */
function isFile(specifier: string, load: NodeJS.Require): boolean {
  if (!/^[./]/.test(specifier)) return false;
  try {
    load.resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

function importsOf(source: string): Binding[] {
  const ts = loadTypeScript();
  const found: Binding[] = [];
  for (const statement of ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const { importClause: clause, moduleSpecifier } = statement;
    if (!clause || clause.isTypeOnly) continue;
    const specifier = moduleSpecifier.text;
    const add = (local: string, imported: string) =>
      found.push({ local, imported, specifier, value: undefined });
    if (clause.name) add(clause.name.text, "default");
    const named = clause.namedBindings;
    if (named && ts.isNamespaceImport(named)) add(named.name.text, "*");
    else if (named)
      for (const { name, propertyName } of named.elements) add(name.text, (propertyName ?? name).text);
  }
  return found;
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
