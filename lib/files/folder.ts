import { sha256 } from "../math/hash";
import { memoryFile, type RandomAccessFile } from "./file";
import { parseObject } from "./json";

/** A model's folder, wherever it is kept: on disk, fetched from a web server, or made in memory. */
export interface Folder {
  /** For messages. */
  name: string;
  has(file: string): boolean;
  text(file: string): string;
  open(file: string): RandomAccessFile;
  /** SHA-256 of all chunks, hexadecimal: the folder's own, since weights are large and a machine may have a fast one. */
  sha256(chunks: Iterable<Uint8Array>): string;
}

/** Files in memory, by name, as a folder. `text` and `open` throw an Error naming a file that is not there. */
export function memoryFolder(name: string, files: ReadonlyMap<string, Uint8Array>): Folder {
  const bytesOf = (file: string) => {
    const bytes = files.get(file);
    if (!bytes) throw new Error(`${name}/${file}: expected this file, found none`);
    return bytes;
  };
  return {
    name,
    has: (file) => files.has(file),
    text: (file) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(file)),
    open: (file) => memoryFile(`${name}/${file}`, bytesOf(file)),
    sha256,
  };
}

/**
 * A JSON file of a folder, which must hold an object.
 * @throws Error naming the file when it is missing, not JSON, or something else than an object
 */
export function readJson(folder: Folder, file: string): Record<string, unknown> {
  const where = `${folder.name}/${file}`;
  if (!folder.has(file)) throw new Error(`${where}: expected this file, found none`);
  return parseObject(folder.text(file), where);
}
