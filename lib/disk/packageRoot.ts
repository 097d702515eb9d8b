import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the lab itself: the repository's root, or where the package was installed. */
export const packageRoot = findRoot(__dirname);

/** A file or folder that comes with the lab. */
export function packagePath(...parts: string[]): string {
  return join(packageRoot, ...parts);
}

function findRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findRoot(dirname(folder));
}
