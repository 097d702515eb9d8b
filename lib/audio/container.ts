/** What a file's first bytes say it is. */
export type Container = "wav" | "flac" | "mp3" | "vorbis" | "opus" | "mp4" | "aac" | "aiff" | "unknown";

/**
 * Tell a sound file's format from its content; its name plays no part.
 * Sources: RFC 9639 (FLAC), ISO 11172-3 (MP3), RFC 3533 and Vorbis I (Ogg), RFC 7845 (Opus), ISO 14496-12 (MP4).
 */
export function containerOf(bytes: Uint8Array): Container {
  if (ascii(bytes, 0, 4) === "RIFF") return "wav";
  if (ascii(bytes, 0, 4) === "FORM") return "aiff";
  if (ascii(bytes, 4, 8) === "ftyp") return "mp4";
  if (ascii(bytes, 0, 4) === "OggS") {
    const packet = 27 + bytes[26];
    if (ascii(bytes, packet + 1, packet + 7) === "vorbis") return "vorbis";
    return ascii(bytes, packet, packet + 8) === "OpusHead" ? "opus" : "unknown";
  }
  const start = afterId3(bytes);
  if (ascii(bytes, start, start + 4) === "fLaC") return "flac";
  if (bytes[start] === 0xff && (bytes[start + 1] & 0xf6) === 0xf0) return "aac";
  return mp3Frame(bytes, start) ? "mp3" : "unknown";
}

/**
 * What a file lacks at its end, in words, as far as its container tells; undefined when it is whole. FLAC tells how many
 * samples it holds (`samples`: how many were found), Ogg marks its last page, MP3 frames and their Xing header state sizes.
 */
export function missingEnd(
  bytes: Uint8Array,
  kind: "flac" | "mp3" | "vorbis" | "opus",
  samples: number,
): string | undefined {
  if (kind === "flac") {
    const stated = flacSamples(bytes);
    return stated > samples ? `expected ${stated} samples, found only ${samples}` : undefined;
  }
  return kind === "mp3" ? missingFrame(bytes) : missingPage(bytes);
}

/**
 * Samples that a whole Ogg Opus file holds, at 48 kHz: what its last page states, without the lead-in that its header does.
 * Undefined for several sounds in a chain.
 */
export function opusSamples(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const leadIn = view.getUint16(27 + bytes[26] + 10, true);
  let last = 0;
  for (let at = 0; ascii(bytes, at, at + 4) === "OggS"; at = pageEnd(bytes, at)) {
    if (at > 0 && bytes[at + 5] & 2) return undefined;
    last = at;
  }
  return Number(view.getBigUint64(last + 6, true)) - leadIn;
}

function flacSamples(bytes: Uint8Array): number {
  const at = afterId3(bytes) + 4 + 4 + 13; // magic, block header, STREAMINFO up to the 36 bits of the count
  return (bytes[at] & 0x0f) * 2 ** 32 + new DataView(bytes.buffer, bytes.byteOffset + at + 1).getUint32(0);
}

function missingPage(bytes: Uint8Array): string | undefined {
  let isLast = false;
  for (let at = 0; at < bytes.length; ) {
    if (ascii(bytes, at, at + 4) !== "OggS") return isLast ? undefined : `expected an Ogg page at byte ${at}`;
    const end = pageEnd(bytes, at);
    if (!(end <= bytes.length)) return `expected an Ogg page up to byte ${end}, found ${bytes.length} bytes`;
    isLast = (bytes[at + 5] & 4) !== 0;
    at = end;
  }
  return isLast ? undefined : "expected a last Ogg page, found none";
}

/** Where the Ogg page at `at` ends: its header, its table of sizes, and what they add up to. */
function pageEnd(bytes: Uint8Array, at: number): number {
  const table = bytes.subarray(at + 27, at + 27 + bytes[at + 26]);
  return at + 27 + bytes[at + 26] + table.reduce((sum, size) => sum + size, 0);
}

function missingFrame(bytes: Uint8Array): string | undefined {
  const start = afterId3(bytes);
  const first = mp3Frame(bytes, start);
  const tag = first ? start + first.tag : 0;
  if (["Xing", "Info"].includes(ascii(bytes, tag, tag + 4))) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + tag);
    const flags = view.getUint32(4);
    const stated = flags & 2 ? view.getUint32(flags & 1 ? 12 : 8) : 0;
    if (start + stated > bytes.length) return `expected ${start + stated} bytes, found only ${bytes.length}`;
  }
  for (let at = start; at < bytes.length; ) {
    const frame = mp3Frame(bytes, at);
    if (!frame) return undefined; // tags at the end
    if (at + frame.size > bytes.length)
      return `expected a frame up to byte ${at + frame.size}, found ${bytes.length} bytes`;
    at += frame.size;
  }
  return undefined;
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

/** Size in bytes of the MPEG audio frame at `at`, and where its Xing tag would be; undefined when there is no frame. */
function mp3Frame(bytes: Uint8Array, at: number): { size: number; tag: number } | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1] >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const layer = 4 - ((bytes[at + 1] >> 1) & 3);
  const rate = RATES[(bytes[at + 2] >> 2) & 3];
  const index = bytes[at + 2] >> 4;
  if (version === 1 || layer === 4 || rate === undefined || index === 0 || index === 15) return undefined;
  const isFirst = version === 3;
  const bits = 1000 * BIT_RATES[isFirst ? layer - 1 : layer === 1 ? 3 : 4][index];
  const hertz = isFirst ? rate : rate / (version === 2 ? 2 : 4);
  const padding = (bytes[at + 2] >> 1) & 1;
  const isMono = bytes[at + 3] >> 6 === 3;
  const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1152;
  const size =
    layer === 1
      ? 4 * (Math.floor((12 * bits) / hertz) + padding)
      : Math.floor(((samples / 8) * bits) / hertz) + padding;
  return { size, tag: 4 + (isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17) };
}

/** Where the sound begins: after an ID3v2 tag, when there is one. */
function afterId3(bytes: Uint8Array): number {
  if (ascii(bytes, 0, 3) !== "ID3") return 0;
  const size = bytes.subarray(6, 10).reduce((sum, seven) => sum * 128 + (seven & 0x7f), 0);
  return 10 + size + (bytes[5] & 0x10 ? 10 : 0);
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
