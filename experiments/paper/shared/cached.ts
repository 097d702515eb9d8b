import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../../lib/disk/writeAtomically";
import type { Lab } from "./lab";

/** What was made before under this name, else made now and kept: JSON in the folder's cache. @param name tells all it depends on */
export async function cached<T>({ folder }: Lab, name: string, make: () => Promise<T>): Promise<T> {
  const path = join(folder, ".cache", `${name}.json`);
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  const made = await make();
  writeAtomically(path, JSON.stringify(made));
  return made;
}
