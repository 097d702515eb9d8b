/*
 * `node:fs` as a page has it: files live in memory as long as the worker does. The lab's own reading and writing of files stands on
 * it, so that `saveProbes` and `loadProbes` do in a page what they do on a disk.
 */

const files = new Map<string, Uint8Array>();
const open = new Map<number, string>();
let handles = 0;
let tell: (path: string, bytes: Uint8Array) => void = () => {};

/** Be told of each file that is written whole. */
export function onFile(listener: (path: string, bytes: Uint8Array) => void): void {
  tell = listener;
}

export function existsSync(path: string): boolean {
  return files.has(path) || [...files.keys()].some((file) => file.startsWith(`${path}/`));
}

export function readFileSync(path: string, encoding?: string): Uint8Array | string {
  const bytes = bytesOf(path);
  return encoding ? new TextDecoder().decode(bytes) : bytes.slice();
}

export function writeFileSync(path: string, data: Uint8Array | string): void {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
  files.set(path, bytes);
  if (!path.endsWith(".tmp")) tell(path, bytes);
}

export function renameSync(from: string, to: string): void {
  const bytes = bytesOf(from);
  files.delete(from);
  files.set(to, bytes);
  tell(to, bytes);
}

export function rmSync(path: string): void {
  files.delete(path);
}

/** Folders are where files are. */
export function mkdirSync(): void {}

export function openSync(path: string): number {
  bytesOf(path);
  open.set(++handles, path);
  return handles;
}

export function closeSync(handle: number): void {
  open.delete(handle);
}

export function fstatSync(handle: number): { size: number } {
  return { size: bytesOf(open.get(handle)!).length };
}

export function readSync(
  handle: number,
  to: Uint8Array,
  offset: number,
  length: number,
  from: number,
): number {
  const part = bytesOf(open.get(handle)!).subarray(from, from + length);
  to.set(part, offset);
  return part.length;
}

function bytesOf(path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes) return bytes;
  throw new Error(
    `${path}: no such file; a page has those that its cells have written, and not this machine's disk`,
  );
}
