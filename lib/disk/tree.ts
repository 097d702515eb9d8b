import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { FileTree } from "../files/tree";
import { diskFile } from "./folder";

/** Folders and files below a path of this machine's disk; there need be nothing yet. */
export function diskTree(root: string): FileTree {
  const at = (path: string) => (path === "" ? root : join(root, path));
  return {
    title: basename(resolve(root)),
    nameOf: at,
    kindOf(path) {
      const found = statSync(at(path), { throwIfNoEntry: false });
      if (found?.isDirectory()) return "folder";
      return found?.isFile() ? "file" : undefined;
    },
    list: (path) => readdirSync(at(path)),
    identityOf: (path) => realpathSync(at(path)),
    file: (path) => ({
      name: at(path),
      stamp() {
        const { size, mtimeMs } = statSync(at(path));
        return { size, modified: mtimeMs };
      },
      open: () => diskFile(at(path)),
    }),
  };
}
