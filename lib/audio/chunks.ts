import { type ByteSource, text } from "./plainSound";

/** Where what stands behind a chunk begins: sizes are padded to even ones, which some writers forget. */
export function afterChunk(source: ByteSource, start: number, size: number): number {
  const end = start + size;
  if (size % 2 === 0) return end;
  return !isName(source, end + 1) && isName(source, end) ? end : end + 1;
}

/** Whether at `at` there is another chunk that fits into the file: then an empty one before it is truly empty. */
export function isChunk(source: ByteSource, at: number, isBigEndian: boolean): boolean {
  if (!isName(source, at)) return false;
  return at + 8 + source.read(at + 4, 4).getUint32(0, !isBigEndian) <= source.size;
}

/** Four printable characters, with a size behind them. */
function isName(source: ByteSource, at: number): boolean {
  return at + 8 <= source.size && /^[\x20-\x7e]{4}$/.test(text(source.read(at, 4), 0, 4));
}
