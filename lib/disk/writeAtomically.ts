import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Write a file whole or not at all: the data goes to a draft, which is then renamed. Makes the folder. The draft has
 * a name of its own, so that several processes, on several machines too, may write the same file.
 * @throws Error of the file system; nothing half-written is left behind
 */
export function writeAtomically(path: string, data: Uint8Array | string): void {
  const draft = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(draft, data);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
