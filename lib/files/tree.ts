import { memoryFile, type RandomAccessFile } from "./file";
import { below, fileName } from "./path";

/** Folders and files below one place, wherever they are kept. Paths start at that place, / between folders; "" is the place. */
export interface FileTree {
  /** The last part of the place's name. */
  title: string;
  /** What a path is called in messages. */
  nameOf(path: string): string;
  kindOf(path: string): "folder" | "file" | undefined;
  /** Names in a folder, in any order. @throws Error when there is no such folder */
  list(path: string): string[];
  /** The same for one folder, by whatever links it is reached. */
  identityOf(path: string): string;
  /** A file, which is looked at when it is asked for something. */
  file(path: string): TreeFile;
}

/** A file of a tree. */
export interface TreeFile {
  /** For messages. */
  name: string;
  /** Tells a changed file: bytes, and when they last changed (ms since 1970; 0 where that is unknown). */
  stamp(): { size: number; modified: number };
  /** @throws Error when there is no such file */
  open(): RandomAccessFile;
}

/**
 * Files in memory as a tree, such as those that a visitor drops on a page.
 * @param files bytes by path
 */
export function memoryTree(name: string, files: ReadonlyMap<string, Uint8Array>): FileTree {
  const nameOf = (path: string) => below(name, path);
  const kindOf = (path: string) => {
    if (files.has(path)) return "file";
    const isFolder = path === "" || [...files.keys()].some((file) => file.startsWith(`${path}/`));
    return isFolder ? "folder" : undefined;
  };
  const bytesOf = (path: string) => {
    const bytes = files.get(path);
    if (!bytes) throw new Error(`${nameOf(path)}: expected a file, found ${kindOf(path) ?? "nothing there"}`);
    return bytes;
  };
  return {
    title: fileName(name),
    nameOf,
    kindOf,
    list(path) {
      if (kindOf(path) !== "folder") throw new Error(`${nameOf(path)}: expected a folder, found none`);
      const start = path === "" ? 0 : path.length + 1;
      const inside = [...files.keys()].filter((file) => path === "" || file.startsWith(`${path}/`));
      return [...new Set(inside.map((file) => file.slice(start).split("/")[0]))];
    },
    identityOf: (path) => path,
    file: (path) => ({
      name: nameOf(path),
      stamp: () => ({ size: bytesOf(path).length, modified: 0 }),
      open: () => memoryFile(nameOf(path), bytesOf(path)),
    }),
  };
}

/** Names of the folders in a folder, sorted; hidden ones are left out. @throws Error when there is no such folder */
export function folders(tree: FileTree, path: string): string[] {
  return visible(tree, path).filter((name) => tree.kindOf(below(path, name)) === "folder");
}

/** Names of the files in a folder, sorted; hidden ones are left out. @throws Error when there is no such folder */
export function files(tree: FileTree, path: string): string[] {
  return visible(tree, path).filter((name) => tree.kindOf(below(path, name)) === "file");
}

/**
 * Folders that hold something, at any depth (links are followed, each folder is visited once).
 * @param from where to look, "" for the whole tree
 * @returns paths below `from`, sorted; itself is ""
 * @throws Error when `from` is no folder
 */
export function foldersWith(
  tree: FileTree,
  from: string,
  holds: (path: string) => boolean,
  depth = 6,
): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (under: string, left: number): void => {
    const path = under === "" ? from : below(from, under);
    const identity = tree.identityOf(path);
    if (seen.has(identity)) return;
    seen.add(identity);
    if (holds(path)) found.push(under);
    if (left === 0) return;
    for (const name of folders(tree, path)) visit(below(under, name), left - 1);
  };
  const kind = tree.kindOf(from);
  if (kind !== "folder")
    throw new Error(
      `${tree.nameOf(from)}: expected a folder of music, found ${kind === "file" ? "a file" : "nothing there"}`,
    );
  visit("", depth);
  return found.sort();
}

function visible(tree: FileTree, path: string): string[] {
  return tree
    .list(path)
    .filter((name) => !name.startsWith("."))
    .sort();
}
