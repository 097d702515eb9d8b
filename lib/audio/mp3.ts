import { memoryFile } from "../files/file";
import { afterTags, ascii } from "./tags";

/** Frames of MPEG audio that were made as one file. */
export interface Mp3Part {
  frames: Uint8Array[];
  /** Hz */
  sampleRate: number;
}

/**
 * The MPEG audio frames from `start` on, by the files that were joined to make this one: such a file begins with the header in which
 * its encoder says how long it is (Xing, Info), where there is one. Tags, zeros and up to 1 KiB of anything else between two frames
 * are passed over, and whatever comes after the last one.
 * Source: ISO 11172-3; the Xing header as LAME writes it.
 * @throws Error, which does not name the file, when frames are missing
 */
export function mp3Parts(bytes: Uint8Array, start: number): Mp3Part[] {
  const parts: Mp3Part[] = [];
  let part: Mp3Part | undefined;
  let left = 0; // frames of the part that its header promises
  for (let at: number | undefined = start; at !== undefined && at < bytes.length; ) {
    const frame = frameAt(bytes, at);
    if (!frame) {
      at = nextFrame(bytes, at);
      continue;
    }
    const end: number = at + frame.size;
    if (end > bytes.length) {
      if (part && part.sampleRate !== frame.sampleRate) break; // no frame, but something behind the last one
      throw truncated(`a frame up to byte ${end}`, `${bytes.length} bytes`);
    }
    const header = lengthHeader(bytes, at, frame);
    if (header) checkLeft(left);
    if (!part || header || left === 0 || part.sampleRate !== frame.sampleRate) {
      part = { frames: [], sampleRate: frame.sampleRate };
      parts.push(part);
      left = header?.frames === undefined ? Number.POSITIVE_INFINITY : header.frames + 1; // and the header's own
      const stated: number = at + (header?.bytes ?? 0);
      if (stated > bytes.length) throw truncated(`${stated} bytes`, `only ${bytes.length}`);
    }
    part.frames.push(bytes.subarray(at, end));
    left--;
    at = end;
  }
  checkLeft(left);
  return parts;
}

/** Some writers count the header's own frame too. */
function checkLeft(left: number): void {
  if (Number.isFinite(left) && left > 1) throw truncated(`${left} more frames`, "none");
}

function truncated(expected: string, found: string): Error {
  return new Error(`expected ${expected}, found ${found}: the file is truncated`);
}

/** Where frames go on after something else; undefined when there are no more. */
function nextFrame(bytes: Uint8Array, from: number): number | undefined {
  const begin = from + tagsAt(bytes, from);
  for (let at = begin; at < bytes.length; at++) {
    if (bytes[at] !== 0xff || !chainAt(bytes, at)) continue;
    const isJoined = lengthHeader(bytes, at, frameAt(bytes, at)!) !== undefined;
    if (at - begin <= LARGEST_GAP || isJoined) return at;
    throw new Error(
      `expected a whole mp3 file, found damage: ${at - begin} bytes from ${begin} on are no frames, and then there are more frames`,
    );
  }
  return undefined;
}

/** What may stand between two frames of one sound, bytes. */
const LARGEST_GAP = 1024;

/** How many frames in a row are no chance. */
const CHAIN = 3;

/** Whether frames of one rate follow each other from `at` on: a few of them, or fewer up to the end or a tag. */
export function chainAt(bytes: Uint8Array, at: number): boolean {
  const first = frameAt(bytes, at);
  if (!first) return false;
  let next = at;
  for (let i = 0; i < CHAIN; i++) {
    const frame = frameAt(bytes, next);
    if (frame?.sampleRate !== first.sampleRate)
      return i > 0 && (next >= bytes.length || tagsAt(bytes, next) > 0);
    next += frame.size;
    if (next > bytes.length) return false;
  }
  return true;
}

function tagsAt(bytes: Uint8Array, at: number): number {
  return afterTags(memoryFile("", bytes.subarray(at)), 0);
}

export interface Mp3Frame {
  /** Bytes. */
  size: number;
  /** Hz */
  sampleRate: number;
  /** Where its Xing header would be, from its start. */
  tag: number;
}

/** The MPEG audio frame at `at`; undefined when there is none. Frames of free format are not known. */
export function frameAt(bytes: Uint8Array, at: number): Mp3Frame | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1] >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const layer = 4 - ((bytes[at + 1] >> 1) & 3);
  const rate = RATES[(bytes[at + 2] >> 2) & 3];
  const index = bytes[at + 2] >> 4;
  if (version === 1 || layer === 4 || rate === undefined || index === 0 || index === 15) return undefined;
  const isFirst = version === 3;
  const bits = 1000 * BIT_RATES[isFirst ? layer - 1 : layer === 1 ? 3 : 4][index];
  const sampleRate = isFirst ? rate : rate / (version === 2 ? 2 : 4);
  const padding = (bytes[at + 2] >> 1) & 1;
  const isMono = bytes[at + 3] >> 6 === 3;
  const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1152;
  const size =
    layer === 1
      ? 4 * (Math.floor((12 * bits) / sampleRate) + padding)
      : Math.floor(((samples / 8) * bits) / sampleRate) + padding;
  return { size, sampleRate, tag: 4 + (isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17) };
}

/** How many frames and bytes a file has, as its Xing or Info header tells; 0 is what a writer leaves that could not seek back. */
function lengthHeader(
  bytes: Uint8Array,
  at: number,
  frame: Mp3Frame,
): { frames?: number; bytes?: number } | undefined {
  const tag = at + frame.tag;
  if (!["Xing", "Info"].includes(ascii(bytes, tag, tag + 4)) || tag + 16 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + tag);
  const flags = view.getUint32(4);
  const frames = flags & 1 ? view.getUint32(8) : 0;
  const size = flags & 2 ? view.getUint32(flags & 1 ? 12 : 8) : 0;
  return { frames: frames || undefined, bytes: size || undefined };
}

// kbit/s: MPEG 1 layers I, II, III, then MPEG 2 layers I, II and III
const BIT_RATES = [
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
const RATES = [44100, 48000, 32000];
