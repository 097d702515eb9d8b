import type { RandomAccessFile } from "../files/file";

/**
 * Where what stands before a sound ends: tags of any number and kind (ID3v2, APE, Lyrics3, ID3v1), and zeros before, between and
 * behind them. Zeros alone are taken to be sound or its damage unless they lead to something else.
 * Sources: the ID3v2.4.0 structure document, the APEv2 specification (Hydrogenaudio), Lyrics3 v2.00 (id3.org).
 * @returns `at` itself when no tag and no zero begins there
 */
export function afterTags(file: RandomAccessFile, at: number): number {
  for (;;) {
    const next = afterZeros(file, at + tagSize(file, at));
    if (next === at) return at;
    at = next;
  }
}

/** Size in bytes of the tag that begins at `at`; 0 when none does. */
function tagSize(file: RandomAccessFile, at: number): number {
  const head = bytesAt(file, at, 32);
  if (head.length >= 10 && ascii(head, 0, 3) === "ID3" && head.subarray(6, 10).every((seven) => seven < 0x80))
    return 10 + head.subarray(6, 10).reduce((sum, seven) => sum * 128 + seven, 0) + (head[5] & 0x10 ? 10 : 0);
  if (head.length >= 32 && ascii(head, 0, 8) === "APETAGEX") {
    const view = new DataView(head.buffer, head.byteOffset);
    const isHeader = (view.getUint32(20, true) & 0x20000000) !== 0; // else a footer that lost what was before it
    return isHeader ? 32 + view.getUint32(12, true) : 32;
  }
  if (ascii(head, 0, 11) === "LYRICSBEGIN") return lyricsSize(file, at);
  if (ascii(head, 0, 4) === "TAG+") return 227;
  return ascii(head, 0, 3) === "TAG" && file.size - at >= 128 ? 128 : 0;
}

/** Lyrics3 tells its end by a word behind it, at most some thousand bytes away. */
function lyricsSize(file: RandomAccessFile, at: number): number {
  const content = ascii(bytesAt(file, at, 2 ** 16));
  const ends = ["LYRICS200", "LYRICSEND"].map((word) => content.indexOf(word)).filter((end) => end >= 0);
  return ends.length > 0 ? Math.min(...ends) + 9 : 0;
}

function afterZeros(file: RandomAccessFile, at: number): number {
  for (;;) {
    const bytes = bytesAt(file, at, 2 ** 16);
    const other = bytes.findIndex((byte) => byte !== 0);
    if (other >= 0) return at + other;
    if (bytes.length === 0) return Math.min(at, file.size);
    at += bytes.length;
  }
}

/** Bytes from `at`, as many as there are. */
export function bytesAt(file: RandomAccessFile, at: number, length: number): Uint8Array {
  return file.read(Math.min(at, file.size), Math.max(0, Math.min(length, file.size - at)));
}

/** Bytes as characters. */
export function ascii(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let characters = "";
  for (const byte of bytes.subarray(from, to)) characters += String.fromCharCode(byte);
  return characters;
}
