/** A file whose bytes can be read anywhere, so that a checkpoint is read tensor by tensor. */
export interface RandomAccessFile {
  /** For messages. */
  name: string;
  /** Bytes. */
  size: number;
  /** `length` bytes from `offset`, in memory of their own. */
  read(offset: number, length: number): Uint8Array;
}

/** A model's folder, wherever it is kept. */
export interface Folder {
  /** For messages. */
  name: string;
  has(file: string): boolean;
  text(file: string): string;
  open(file: string): RandomAccessFile;
  /** SHA-256 of all chunks, hexadecimal. */
  sha256(chunks: Iterable<Uint8Array>): string;
}

/** Bytes in memory as a file. */
export function memoryFile(name: string, bytes: Uint8Array): RandomAccessFile {
  return { name, size: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
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

/** Text as a JSON object. @throws Error naming `where` */
export function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where}: expected JSON, found ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(
      `${where}: expected a JSON object, found ${Array.isArray(value) ? "a list" : String(value)}`,
    );
  }
  return value as Record<string, unknown>;
}
