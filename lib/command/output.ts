import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { writeAtomically } from "../disk/writeAtomically";
import { type Progress, progress } from "../notebook/progress";

/**
 * Refuse, before any work, what cannot be written: a folder's own name, a place below a file, one path for two files.
 * @throws Error naming the path
 */
export function checkOutputs(...paths: (string | undefined)[]): void {
  const known = new Set<string>();
  for (const path of paths) {
    if (path === undefined) continue;
    const place = resolve(path);
    if (existsSync(place) && statSync(place).isDirectory())
      throw new Error(`${path}: expected a file to write, found a folder`);
    let above = dirname(place);
    while (!existsSync(above)) above = dirname(above);
    if (!statSync(above).isDirectory())
      throw new Error(`${path}: expected a folder at ${above}, found a file`);
    if (known.has(place))
      throw new Error(`${path}: expected a file of its own for each output, found one for two`);
    known.add(place);
  }
}

/** A file to be written, and what it holds in words. */
export interface OutputFile {
  path: string;
  data: Uint8Array | string;
  about: string;
}

/** Write files once all of them are there, and say so on stdout. */
export function writeOutputs(files: OutputFile[]): void {
  for (const { path, data } of files) writeAtomically(path, data);
  for (const { path, about } of files) process.stdout.write(`${path}: ${about}\n`);
}

/** A bar on stderr, in a terminal only. */
export function bar(label: string, total?: number): Progress {
  return process.stderr.isTTY ? progress(label, total) : Object.assign(() => {}, { tick() {}, done() {} });
}
