import { memoryFile } from "../files/file";
import { afterTags, ascii } from "./tags";

/** A FLAC file's frames. */
export interface FlacSound {
  /** STREAMINFO, as the only block of metadata. */
  head: Uint8Array;
  /** All frames but the last. */
  frames: Uint8Array[];
  /** The last one by the places where it may end, likeliest first: anything may come behind it. None in a file without sound. */
  last: Uint8Array[];
  /** Samples of each channel. */
  samples: number;
}

/**
 * The frames of the FLAC file at `start`, and of those that were joined to it. Every frame's checksum is looked at; whatever comes
 * after a file's last frame is passed over.
 * Source: RFC 9639.
 * @throws Error, which does not name the file, when frames are missing or damaged, or change in kind
 */
export function flacSounds(bytes: Uint8Array, start: number): FlacSound[] {
  const sounds: FlacSound[] = [];
  for (let at: number | undefined = start; at !== undefined; ) {
    const { sound, end }: { sound: FlacSound; end: number } = readSound(bytes, at);
    sounds.push(sound);
    at = nextFile(bytes, end);
  }
  return sounds;
}

function readSound(bytes: Uint8Array, start: number): { sound: FlacSound; end: number } {
  const { head, first, stated } = readHead(bytes, start);
  const frames: Uint8Array[] = [];
  let samples = 0;
  let before: Header | undefined;
  for (let at = first; ; ) {
    const header = headerAt(bytes, at);
    if (!header) {
      const isEmpty =
        stated === 0 && !before && afterTags(memoryFile("", bytes.subarray(at)), 0) + at >= bytes.length;
      if (isEmpty) return { sound: { head, frames, last: [], samples: 0 }, end: at };
      throw missing(bytes, at, stated, samples);
    }
    if (before && (before.channels !== header.channels || before.rate !== header.rate))
      throw new Error(`expected one number of channels and one rate, found others from byte ${at} on`);
    before = header;
    const { next, ends } = endOf(bytes, at, header);
    if (next !== undefined) {
      frames.push(bytes.subarray(at, next));
      samples += header.samples;
      at = next;
      continue;
    }
    if (ends.length === 0) throw missing(bytes, at, stated, samples);
    samples += header.samples;
    if (samples < stated) throw missing(bytes, ends[0], stated, samples);
    return {
      sound: { head, frames, last: ends.map((end) => bytes.subarray(at, end)), samples },
      end: ends[0],
    };
  }
}

/** What an end that comes too early is due to: the file is cut, or there are whole frames behind it. */
function missing(bytes: Uint8Array, at: number, stated: number, samples: number): Error {
  for (let later = at + 1; later < bytes.length; later++) {
    const header = headerAt(bytes, later);
    if (header && endOf(bytes, later, header).ends.length > 0)
      return new Error(`expected a whole flac file, found damage from byte ${at} on`);
  }
  const expected = stated > samples ? `${stated} samples` : `a frame up to its end from byte ${at} on`;
  return new Error(`expected ${expected}, found only ${samples} samples: the file is truncated`);
}

/** Metadata up to the first frame. `stated` samples: 0 is what a writer leaves that could not seek back. */
function readHead(bytes: Uint8Array, start: number): { head: Uint8Array; first: number; stated: number } {
  let first = start + 4;
  for (let isLast = false; !isLast; ) {
    const size = (bytes[first + 1] << 16) | (bytes[first + 2] << 8) | bytes[first + 3];
    if (!(first + 4 + size <= bytes.length))
      throw new Error(
        `expected metadata up to byte ${first + 4 + size}, found ${bytes.length} bytes: the file is truncated`,
      );
    isLast = (bytes[first] & 0x80) !== 0;
    first += 4 + size;
  }
  const head = Uint8Array.from(bytes.subarray(start, start + HEAD_SIZE));
  if ((head[4] & 0x7f) !== 0 || head[7] !== 34)
    throw new Error("expected STREAMINFO first in a flac file, found none");
  head[4] = 0x80;
  const stated = (head[21] & 0x0f) * 2 ** 32 + new DataView(head.buffer).getUint32(22);
  return { head, first, stated };
}

const HEAD_SIZE = 4 + 4 + 34;

/** Another whole file behind the end of one. */
function nextFile(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0x66, from); at >= 0; at = bytes.indexOf(0x66, at + 1))
    if (ascii(bytes, at, at + 4) === "fLaC" && bytes[at + 7] === 34 && (bytes[at + 4] & 0x7f) === 0)
      return at;
  return undefined;
}

interface Header {
  size: number;
  samples: number;
  channels: number;
  /** The code of its rate: the same in all frames of a file. */
  rate: number;
  /** Its own number, or in files with frames of several sizes that of its first sample; and what comes next. */
  number: number;
  following: number;
  /** What the frame takes at most, bytes. */
  most: number;
}

/**
 * Where the frame at `at` ends: before the one that follows it, or else at any place up to which its checksum is right.
 */
function endOf(bytes: Uint8Array, at: number, header: Header): { next?: number; ends: number[] } {
  const ends: number[] = [];
  const limit = Math.min(bytes.length, at + header.most);
  let sum = 0;
  let wasEnd = false;
  for (let i = at; i < limit; i++) {
    sum = ((sum << 8) & 0xffff) ^ CRC16[(sum >> 8) ^ bytes[i]];
    const isEnd = sum === 0 && i + 1 >= at + header.size + 2;
    if (isEnd && headerAt(bytes, i + 1)?.number === header.following) return { next: i + 1, ends };
    if (isEnd && !(wasEnd && bytes[i] === 0)) ends.push(i + 1); // zeros behind the end change no sum
    wasEnd = isEnd;
  }
  if (ends.at(-1) === bytes.length) ends.unshift(ends.pop()!);
  return { ends };
}

/** The header of the frame at `at`; undefined when there is none. */
function headerAt(bytes: Uint8Array, at: number): Header | undefined {
  if (bytes[at] !== 0xff || (bytes[at + 1] & 0xfe) !== 0xf8) return undefined;
  const [sizeCode, rate] = [bytes[at + 2] >> 4, bytes[at + 2] & 15];
  const [channelCode, depthCode] = [bytes[at + 3] >> 4, (bytes[at + 3] >> 1) & 7];
  if (sizeCode === 0 || rate === 15 || channelCode > 10 || depthCode === 3 || bytes[at + 3] & 1)
    return undefined;
  let next = at + 4;
  const lead = bytes[next++];
  const more = lead < 0x80 ? 0 : Math.clz32(~(lead << 24)) - 1; // bytes that follow, as in UTF-8
  if (more < 0 || more > 6 || lead === 0xff || (lead >= 0x80 && more === 0)) return undefined;
  let number = more === 0 ? lead : lead & (0x3f >> more);
  for (let i = 0; i < more; i++) number = number * 64 + (bytes[next++] & 0x3f);
  let samples = sizeCode === 1 ? 192 : sizeCode < 6 ? 144 << sizeCode : 1 << sizeCode;
  if (sizeCode === 6) samples = bytes[next++] + 1;
  if (sizeCode === 7) samples = ((bytes[next++] << 8) | bytes[next++]) + 1;
  next += rate === 12 ? 1 : rate > 12 ? 2 : 0;
  if (next >= bytes.length || crc8(bytes.subarray(at, next)) !== bytes[next]) return undefined;
  const channels = channelCode < 8 ? channelCode + 1 : 2;
  const size = next + 1 - at;
  const following = number + (bytes[at + 1] & 1 ? samples : 1);
  return { size, samples, channels, rate, number, following, most: size + channels * (samples * 5 + 64) + 2 };
}

/** CRC-8 by the polynomial 0x07. */
function crc8(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum & 0x80 ? 0x07 : 0)) & 0xff;
  }
  return sum;
}

/** CRC-16 by the polynomial 0x8005, byte by byte. */
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 8;
  for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum & 0x8000 ? 0x8005 : 0);
  return sum;
});
