import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import envPaths from "env-paths";
import { packagePath, packageRoot } from "./packageRoot";

/**
 * A folder for what can be made again: captures, the native engine, JupyterLab's environment, plotly's small script. It is
 * `SMITIN_CACHE`; else data/cache in a clone of the repository; else, where the lab is installed as a package, the user's cache folder
 * for it (~/.cache/smitin-lab on Linux), so that it outlives an update.
 */
export function cacheFolder(...parts: string[]): string {
  return join(root(), ...parts);
}

function root(): string {
  const wanted = process.env.SMITIN_CACHE;
  if (wanted) return resolve(wanted);
  return isClone() ? packagePath("data/cache") : envPaths("smitin-lab", { suffix: "" }).cache;
}

/** The package leaves out what only those who change the lab need. */
function isClone(): boolean {
  return existsSync(packagePath("tsconfig.json")) && !packageRoot.includes(`${sep}node_modules${sep}`);
}
