import { ascii } from "./tags";

/** One sound of an Ogg file; several stand one after another in a chain. */
export interface OggSound {
  /** Where its pages begin and end. */
  start: number;
  end: number;
  /** Samples up to the end of its last page, as that states; -1 when it states none. */
  granule: number;
}

/**
 * The sounds that an Ogg file from `start` on is a chain of. Every page is checked: that its bytes are as they were written, and that
 * none is missing. Whatever comes after a sound's last page is passed over, up to the next sound.
 * Source: RFC 3533.
 * @throws Error, which does not name the file, on missing or damaged pages, and on several sounds at once
 */
export function oggSounds(bytes: Uint8Array, start: number): OggSound[] {
  const sounds: OggSound[] = [];
  let before: Page | undefined; // of the sound that is not over yet
  for (let at: number | undefined = start; at !== undefined && at < bytes.length; ) {
    const page = pageAt(bytes, at);
    if (!page) {
      if (before) throw truncated(`an Ogg page at byte ${at}`, `${bytes.length - at} other bytes`);
      at = nextSound(bytes, at);
      continue;
    }
    if (page.isFirst && before && !before.isFirst)
      throw truncated("a last Ogg page", "the first of another sound");
    if (before && page.serial !== before.serial)
      throw new Error(
        "expected one sound after another, found several at once (multiplexed): convert it to WAV or FLAC",
      );
    if (before && page.number !== before.number + 1 && before.granule > 0)
      throw new Error(
        `expected Ogg page ${before.number + 1} at byte ${at}, found page ${page.number}: a part of the file is missing`,
      );
    if (!before) sounds.push({ start: at, end: page.end, granule: -1 });
    Object.assign(sounds.at(-1)!, { end: page.end, granule: page.granule });
    before = page.isLast ? undefined : page;
    at = page.end;
  }
  if (before) throw truncated("a last Ogg page", "none");
  return sounds;
}

/** CRC-32 by the polynomial 0x04c11db7, not reflected, of a page whose own checksum counts as zeros. */
export function pageChecksum(page: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i];
    sum = (sum << 8) ^ TABLE[(sum >>> 24) ^ byte];
  }
  return sum >>> 0;
}

function truncated(expected: string, found: string): Error {
  return new Error(`expected ${expected}, found ${found}: the file is truncated`);
}

interface Page {
  isFirst: boolean;
  isLast: boolean;
  granule: number;
  serial: number;
  number: number;
  end: number;
}

/** The Ogg page at `at`; undefined when there is none. */
function pageAt(bytes: Uint8Array, at: number): Page | undefined {
  if (ascii(bytes, at, at + 4) !== "OggS" || at + 27 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const table = bytes.subarray(at + 27, at + 27 + bytes[at + 26]);
  const end = at + 27 + bytes[at + 26] + table.reduce((sum, size) => sum + size, 0);
  if (end > bytes.length) throw truncated(`an Ogg page up to byte ${end}`, `${bytes.length} bytes`);
  if (pageChecksum(bytes.subarray(at, end)) !== view.getUint32(22, true))
    throw new Error(`expected a whole Ogg page at byte ${at}, found damage: its checksum differs`);
  return {
    isFirst: (bytes[at + 5] & 2) !== 0,
    isLast: (bytes[at + 5] & 4) !== 0,
    granule: Number(view.getBigInt64(6, true)),
    serial: view.getUint32(14, true),
    number: view.getUint32(18, true),
    end,
  };
}

/** Where the next sound of a chain begins, behind other bytes. */
function nextSound(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at + 27 <= bytes.length; at++)
    if (bytes[at] === 0x4f && ascii(bytes, at, at + 4) === "OggS" && bytes[at + 5] & 2) return at;
  return undefined;
}

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  return sum;
});
