/** A file whose bytes can be read anywhere, so that no more of it need be in memory than is asked for. */
export interface RandomAccessFile {
  /** For messages. */
  name: string;
  /** Bytes. */
  size: number;
  /** `length` bytes from `offset`, in memory of their own. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes in memory as a file. */
export function memoryFile(name: string, bytes: Uint8Array): RandomAccessFile {
  const read = (offset: number, length: number) => new Uint8Array(bytes.subarray(offset, offset + length)); // a Buffer's slice is no copy
  return { name, size: bytes.length, read };
}
