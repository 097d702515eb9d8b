import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";

/**
 * Make a folder anew, whole or not at all: when something throws, or the process is killed before the last rename, what was
 * there stays.
 * @param make fills an empty folder beside it, which then takes its place; nothing in it may say where it is
 * @param check throws when the folder, in its place, is of no use
 */
export function makeWhole(folder: string, make: (at: string) => void, check: () => void): void {
  const [made, before] = [`${folder}.new`, `${folder}.before`];
  rmSync(made, { recursive: true, force: true });
  if (existsSync(before)) putBack(before, folder); // a run that was killed while it checked
  mkdirSync(made, { recursive: true });
  try {
    make(made);
  } catch (error) {
    rmSync(made, { recursive: true });
    throw error;
  }
  if (existsSync(folder)) renameSync(folder, before);
  renameSync(made, folder);
  try {
    check();
  } catch (error) {
    if (existsSync(before)) putBack(before, folder);
    else rmSync(folder, { recursive: true });
    throw error;
  }
  rmSync(before, { recursive: true, force: true });
}

function putBack(before: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  renameSync(before, folder);
}
