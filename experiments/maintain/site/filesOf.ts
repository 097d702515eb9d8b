import { readdirSync } from "node:fs";
import { join } from "node:path";

/** All files below a folder, with their paths in it, in order. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== ".nojekyll")
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
