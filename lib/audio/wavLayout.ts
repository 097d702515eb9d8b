import { bytesToHex } from "@noble/hashes/utils";
import {
  type ByteSource,
  dataSize,
  FLOAT,
  PCM,
  type SampleFormat,
  type SoundLayout,
  text,
} from "./plainSound";

/**
 * Read a WAV file's chunks up to its samples; of these only place and size are looked at.
 * @throws Error naming the file, what was expected and what was found
 */
export function findWavSound({ name, size: fileSize, read }: ByteSource): SoundLayout {
  if (fileSize === 0) throw new Error(`${name}: expected a WAV file, found an empty file`);
  const head = read(0, Math.min(12, fileSize));
  if (fileSize < 12 || text(head, 0, 4) !== "RIFF" || text(head, 8, 4) !== "WAVE")
    throw new Error(`${name}: expected a RIFF/WAVE file, found one starting with ${describeStart(head)}`);
  let format: SampleFormat | undefined;
  for (let at = 12; at + 8 <= fileSize; ) {
    const chunk = read(at, 8);
    const id = text(chunk, 0, 4);
    const start = at + 8;
    const left = fileSize - start;
    const stated = chunk.getUint32(4, true);
    if (id === "fmt ") {
      if (stated > left)
        throw new Error(`${name}: expected a fmt chunk of ${stated} bytes, found only ${left}`);
      format = readFormat(read(start, Math.min(stated, 40)), 0, stated, name);
    }
    if (id === "data") {
      if (!format) throw new Error(`${name}: expected a fmt chunk before the data chunk, found none`);
      return { format, start, size: dataSize(format, stated, left, name) };
    }
    at = start + stated + (stated % 2); // a chunk of odd size is followed by one byte of padding
  }
  throw new Error(`${name}: expected a data chunk, found none in ${fileSize} bytes`);
}

const EXTENSIBLE = 0xfffe;
/** Bytes 2 to 15 of an EXTENSIBLE sub-format; bytes 0 and 1 are the plain format code. */
const SUB_FORMAT_TAIL = "000000001000800000aa00389b71";
const CODE_NAMES: Record<number, string> = {
  2: "ADPCM",
  6: "A-law",
  7: "mu-law",
  17: "IMA ADPCM",
  85: "MP3",
};
function readFormat(view: DataView, start: number, size: number, name: string): SampleFormat {
  if (size < 16) throw new Error(`${name}: expected a fmt chunk of at least 16 bytes, found ${size}`);
  let code = view.getUint16(start, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const frameBytes = view.getUint16(start + 12, true);
  const bits = view.getUint16(start + 14, true);
  if (code === EXTENSIBLE) {
    if (size < 40) throw new Error(`${name}: expected an EXTENSIBLE fmt chunk of 40 bytes, found ${size}`);
    const tail = hex(view, start + 26, 14);
    if (tail !== SUB_FORMAT_TAIL)
      throw new Error(`${name}: expected PCM or float in the EXTENSIBLE format, found sub-format ${tail}`);
    code = view.getUint16(start + 24, true);
  }
  const known =
    (code === PCM && [8, 16, 24, 32].includes(bits)) || (code === FLOAT && [32, 64].includes(bits));
  if (!known) {
    const found =
      code === PCM ? "PCM" : code === FLOAT ? "float" : (CODE_NAMES[code] ?? `format code ${code}`);
    throw new Error(
      `${name}: expected PCM of 8, 16, 24, 32 bits or float of 32, 64, found ${found} of ${bits} bits`,
    );
  }
  if (channels === 0) throw new Error(`${name}: expected at least one channel, found 0`);
  if (sampleRate === 0) throw new Error(`${name}: expected a sample rate above 0 Hz, found 0`);
  if (frameBytes !== (channels * bits) / 8)
    throw new Error(
      `${name}: expected frames of ${(channels * bits) / 8} bytes for ${channels} channels of ${bits} bits, found ${frameBytes}`,
    );
  return { code, channels, sampleRate, sampleBytes: bits / 8, isBigEndian: false, isByteSigned: false };
}

function hex(view: DataView, at: number, length: number): string {
  return bytesToHex(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function describeStart(view: DataView): string {
  return JSON.stringify(text(view, 0, Math.min(12, view.byteLength)));
}
