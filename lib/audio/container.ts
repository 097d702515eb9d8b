import { memoryFile, type RandomAccessFile } from "../files/file";
import { chainAt, frameAt } from "./mp3";
import { afterTags, ascii, bytesAt } from "./tags";

/** Formats that can be read. */
export type Container = "wav" | "aiff" | "flac" | "mp3" | "vorbis" | "opus";

/**
 * Tell a sound file's format from its content, and where it begins; its name plays no part. Tags and zeros may stand before it, and
 * up to 64 KiB of anything else, as streams have it that were recorded from their middle on.
 * Sources: RFC 9639 (FLAC), ISO 11172-3 (MP3), RFC 3533 and Vorbis I (Ogg), RFC 7845 (Opus), EBU Tech 3306 (RF64).
 * @throws Error naming the file and what was found, when it is of another format
 */
export function containerOf(file: RandomAccessFile): { kind: Container; start: number } {
  const start = afterTags(file, 0);
  const head = bytesAt(file, start, 512);
  const kind = kindAt(head, 0);
  if (kind) return { kind, start };
  const other = otherFormat(bytesAt(file, 0, 64)) ?? otherFormat(head); // MP4 begins with zeros
  if (other) throw new Error(`${file.name}: ${EXPECTED}, found ${other}`);
  const bytes = bytesAt(file, start, 2 * FARTHEST);
  if (frameAt(bytes, 0)) return { kind: "mp3", start };
  for (let at = 1; at < Math.min(FARTHEST, bytes.length); at++) {
    const found = kindAt(bytes, at) ?? (chainAt(bytes, at) ? "mp3" : undefined);
    if (found) return { kind: found, start: start + at };
  }
  throw new Error(`${file.name}: ${EXPECTED}, found ${beginning(file, start)}`);
}

/** As `containerOf`, of bytes in memory. */
export function containerOfBytes(bytes: Uint8Array, name: string): { kind: Container; start: number } {
  return containerOf(memoryFile(name, bytes));
}

/** How much that is no sound may stand before it. */
const FARTHEST = 2 ** 16;

const EXPECTED = "expected WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus";

function kindAt(bytes: Uint8Array, at: number): Container | undefined {
  const magic = ascii(bytes, at, at + 4);
  if (["RIFF", "RIFX", "RF64", "BW64"].includes(magic))
    return ascii(bytes, at + 8, at + 12) === "WAVE" ? "wav" : undefined;
  if (magic === "FORM") return /^AIF[FC]$/.test(ascii(bytes, at + 8, at + 12)) ? "aiff" : undefined;
  if (magic === "fLaC") return "flac";
  if (magic !== "OggS") return undefined;
  const packet = at + 27 + bytes[at + 26];
  if (ascii(bytes, packet + 1, packet + 7) === "vorbis") return "vorbis";
  return ascii(bytes, packet, packet + 8) === "OpusHead" ? "opus" : undefined;
}

/** What a file is that can't be read, by its first bytes; undefined when that is not known. */
function otherFormat(bytes: Uint8Array): string | undefined {
  const start = ascii(bytes, 0, 64);
  const named = ([magic]: [string, string]) => start.startsWith(magic);
  const isAac = bytes[0] === 0xff && (bytes[1] & 0xf6) === 0xf0;
  const sound =
    SOUNDS.find(named)?.[1] ||
    (start.startsWith("ftyp", 4) && "MP4 (m4a)") ||
    (isAac && "AAC") ||
    (start.startsWith("OggS") && OGG.find(([word]) => start.includes(word))![1]);
  if (sound) return `${sound}: convert it to WAV or FLAC`;
  if (/^\s*<(!DOCTYPE|html|\?xml)/i.test(start)) return "a page of HTML or XML, such as a server's answer";
  return OTHERS.find(named)?.[1];
}

const SOUNDS: [string, string][] = [
  ["caff", "CAF"],
  [".snd", "AU"],
  ["dns.", "AU"],
  ["riff\x2e\x91\xcf\x11", "Wave64"],
  ["wvpk", "WavPack"],
  ["MAC ", "Monkey's Audio"],
  ["TTA1", "True Audio"],
  ["MPCK", "Musepack"],
  ["MP+", "Musepack"],
  ["DSD ", "DSD"],
  ["FRM8", "DSD"],
  ["\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (wma)"],
  ["\x1a\x45\xdf\xa3", "Matroska or WebM"],
  ["#!AMR", "AMR"],
  ["\x0b\x77", "AC-3"],
  ["FLV\x01", "Flash video"],
  ["Creative Voice File", "VOC"],
];

const OGG: [string, string][] = [
  ["\x7fFLAC", "FLAC in Ogg"],
  ["Speex", "Speex"],
  ["theora", "Ogg with video"],
  ["fishead", "Ogg with several streams"],
  ["", "Ogg of another kind"],
];

const OTHERS: [string, string][] = [
  ["RIFF", "a RIFF file that is no WAVE"],
  ["RIFX", "a RIFX file that is no WAVE"],
  ["RF64", "an RF64 file that is no WAVE"],
  ["BW64", "a BW64 file that is no WAVE"],
  ["FORM", "a FORM file that is neither AIFF nor AIFF-C"],
  ["MThd", "MIDI: notes, not sound"],
  ["PK\x03\x04", "a ZIP archive: unpack it"],
  ["\x1f\x8b", "a gzip archive: unpack it"],
  ["%PDF", "a PDF"],
  ["version https://git-lfs", "a Git LFS pointer instead of the file: run git lfs pull"],
];

function beginning(file: RandomAccessFile, start: number): string {
  if (file.size === 0) return "an empty file";
  if (start >= file.size) return "nothing but tags and zeros";
  const found = `a file starting with ${JSON.stringify(ascii(bytesAt(file, start, 12)))}`;
  return start > 0 ? `${found} after ${start} bytes of tags and zeros` : found;
}
