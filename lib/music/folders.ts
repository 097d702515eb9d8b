import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { isSoundName } from "../audio/sound";

/** Names of the folders in a folder, sorted; hidden ones are left out. @throws Error when there is no such folder */
export function folders(path: string): string[] {
  return visible(path).filter((name) => statSync(join(path, name)).isDirectory());
}

/** Names of the sound files in a folder, sorted, of formats that cannot be read too; hidden ones are left out. */
export function soundFiles(path: string): string[] {
  return visible(path).filter((name) => isSoundName(name) && statSync(join(path, name)).isFile());
}

/**
 * Folders that hold something, at any depth (links are followed, each folder is visited once).
 * @returns paths below `root` with / between folders, sorted; the root itself is ""
 */
export function foldersWith(root: string, holds: (path: string) => boolean, depth = 6): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (below: string, left: number): void => {
    const path = join(root, below);
    const real = realpathSync(path);
    if (seen.has(real)) return;
    seen.add(real);
    if (holds(path)) found.push(below);
    if (left === 0) return;
    for (const name of folders(path)) visit(below === "" ? name : `${below}/${name}`, left - 1);
  };
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new Error(
      `${root}: expected a folder of music, found ${existsSync(root) ? "a file" : "nothing there"}`,
    );
  visit("", depth);
  return found.sort();
}

/** A file's name without what follows its last dot. */
export function baseName(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

function visible(path: string): string[] {
  return readdirSync(path)
    .filter((name) => !name.startsWith(".") && existsSync(join(path, name)))
    .sort();
}
