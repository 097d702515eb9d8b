import { spawnSync } from "node:child_process";

/** The filter that `.gitattributes` names for notebooks. */
const setting = "filter.notebook-outputs.clean";
/** git calls it in the clone's own folder, with a notebook at stdin. */
const filter = "node --import tsx experiments/maintain/notebooks/index.ts --filter";

/**
 * Let git see a clone's notebooks with light outputs, whatever running them has put into their files: a setting of this clone alone.
 * One that is there already stays.
 * @param root the clone's folder
 * @returns was it set now? False where git or a clone is missing, too
 */
export function lightInGit(root: string): boolean {
  const git = (...args: string[]) => spawnSync("git", ["-C", root, ...args], { encoding: "utf8" }).status;
  if (git("ls-files", "--error-unmatch", ".gitattributes") !== 0) return false; // no clone of the lab
  if (git("config", setting) === 0) return false;
  return git("config", "--local", setting, filter) === 0;
}
