import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
} from "node:fs";

/** A value as a line of a file that holds one JSON value a line. */
export function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Write one more line, at once: a process that is killed leaves whole lines, and at most one that is cut short. */
export function appendLine(path: string, value: unknown): void {
  appendFileSync(path, lineOf(value));
}

/** The whole lines of a file, as texts and as they are; none when there is no file. A last one that was cut short is left out. */
export function readLines(path: string): { lines: string[]; bytes: Uint8Array } {
  const data = readIfThere(path);
  const bytes = data.subarray(0, data.lastIndexOf(10) + 1);
  return { lines: bytes.toString("utf8").split("\n").slice(0, -1), bytes };
}

/** Take away a last line that was cut short, as a killed process leaves it. */
export function cutLines(path: string): void {
  if (existsSync(path)) truncateSync(path, readLines(path).bytes.length);
}

/**
 * The lines that others add to a file, or that they replace it by.
 * @returns reads those that came since it was last asked (all of them, when the file is another), and takes away a last one that was
 *   cut short: nobody else may be writing
 */
export function newLines(path: string): () => string[] {
  let [file, read] = [0, 0];
  return () => {
    if (!existsSync(path)) return [];
    const handle = openSync(path, "r+");
    try {
      const { ino, size } = fstatSync(handle);
      if (ino !== file || size < read) [file, read] = [ino, 0];
      const bytes = Buffer.alloc(size - read);
      readSync(handle, bytes, 0, bytes.length, read);
      const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
      read += whole.length;
      if (read < size) ftruncateSync(handle, read);
      return whole.toString("utf8").split("\n").slice(0, -1);
    } finally {
      closeSync(handle);
    }
  };
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}
