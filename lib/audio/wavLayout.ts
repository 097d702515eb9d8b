import { bytesToHex } from "@noble/hashes/utils";
import { afterChunk, isChunk } from "./chunks";
import {
  A_LAW,
  type ByteSource,
  dataSize,
  FLOAT,
  MPEG,
  MU_LAW,
  PCM,
  type SampleFormat,
  type SoundLayout,
  text,
} from "./plainSound";

/**
 * Read a WAV file's chunks up to its samples; of these only place and size are looked at. RIFF, its big-endian kind RIFX, and for
 * more than 4 GB RF64 and BW64. The samples run to the end of the file where the writer could not seek back to state their size.
 * Sources: EBU Tech 3306 and ITU-R BS.2088 for RF64 and BW64.
 * @throws Error naming the file, what was expected and what was found
 */
export function findWavSound(source: ByteSource): SoundLayout {
  const { name, size: fileSize, read } = source;
  if (fileSize === 0) throw new Error(`${name}: expected a WAV file, found an empty file`);
  const head = read(0, Math.min(12, fileSize));
  const riff = fileSize < 12 ? "" : text(head, 0, 4);
  if (!["RIFF", "RIFX", "RF64", "BW64"].includes(riff) || text(head, 8, 4) !== "WAVE")
    throw new Error(`${name}: expected a RIFF/WAVE file, found one starting with ${describeStart(head)}`);
  const isBigEndian = riff === "RIFX";
  let format: SampleFormat | undefined;
  let empty: SoundLayout | undefined;
  let largeData: number | undefined; // size of the data where 32 bits do not hold it
  for (let at = 12; at + 8 <= fileSize; ) {
    const chunk = read(at, 8);
    const id = text(chunk, 0, 4);
    const start = at + 8;
    const left = fileSize - start;
    let stated = chunk.getUint32(4, !isBigEndian);
    if (id === "ds64" && stated >= 24 && left >= 24)
      largeData = Number(read(start, 24).getBigUint64(8, true));
    if (id === "fmt ") {
      if (stated > left)
        throw new Error(`${name}: expected a fmt chunk of ${stated} bytes, found only ${left}`);
      format = readFormat(read(start, Math.min(stated, 40)), stated, isBigEndian, name);
    }
    if (id === "data") {
      if (!format) throw new Error(`${name}: expected a fmt chunk before the data chunk, found none`);
      if (stated === LARGE && largeData) stated = largeData;
      const isOpen = stated === 0 && left > 0 && !isChunk(source, start, isBigEndian);
      const size = dataSize(format, isOpen ? LARGE : stated, left, name);
      if (stated > 0 || isOpen) return { format, start, size };
      empty ??= { format, start, size };
    }
    at = afterChunk(source, start, stated);
  }
  if (empty) return empty;
  throw new Error(`${name}: expected a data chunk, found none in ${fileSize} bytes`);
}

/** Stands for a size that 32 bits do not hold, or that was not known. */
const LARGE = 0xffffffff;

const EXTENSIBLE = 0xfffe;
/** Bytes 2 to 15 of an EXTENSIBLE sub-format, plain or Ambisonic B-format; bytes 0 and 1 are the plain format code. */
const SUB_FORMAT_TAILS = ["000000001000800000aa00389b71", "00002107d3118644c8c1ca000000"];
const CODE_NAMES: Record<number, string> = {
  [PCM]: "PCM",
  [FLOAT]: "float",
  [A_LAW]: "A-law",
  [MU_LAW]: "mu-law",
  2: "ADPCM",
  17: "IMA ADPCM",
  49: "GSM 6.10",
};

function readFormat(view: DataView, size: number, isBigEndian: boolean, name: string): SampleFormat {
  const little = !isBigEndian;
  if (size < 16) throw new Error(`${name}: expected a fmt chunk of at least 16 bytes, found ${size}`);
  let code = view.getUint16(0, little);
  const channels = view.getUint16(2, little);
  const sampleRate = view.getUint32(4, little);
  const frameBytes = view.getUint16(12, little);
  const bits = view.getUint16(14, little);
  if (code === EXTENSIBLE) {
    if (size < 40) throw new Error(`${name}: expected an EXTENSIBLE fmt chunk of 40 bytes, found ${size}`);
    const tail = hex(view, 26, 14);
    if (!SUB_FORMAT_TAILS.includes(tail))
      throw new Error(`${name}: expected PCM or float in the EXTENSIBLE format, found sub-format ${tail}`);
    code = view.getUint16(24, little);
  }
  const sampleBytes = code === MPEG ? 1 : Math.ceil(bits / 8);
  const known =
    code === MPEG ||
    (code === PCM && bits >= 1 && bits <= 32) ||
    (code === FLOAT && [32, 64].includes(bits)) ||
    ((code === A_LAW || code === MU_LAW) && bits === 8);
  if (!known)
    throw new Error(
      `${name}: expected PCM of up to 32 bits, float of 32 or 64, A-law or mu-law, found ${CODE_NAMES[code] ?? `format code ${code}`} of ${bits} bits`,
    );
  if (channels === 0) throw new Error(`${name}: expected at least one channel, found 0`);
  if (sampleRate === 0) throw new Error(`${name}: expected a sample rate above 0 Hz, found 0`);
  // Any other frame size is a mistake without a meaning; this one may mean integers in either half, or floats.
  if (code === PCM && sampleBytes === 3 && frameBytes === 4 * channels)
    throw new Error(
      `${name}: expected frames of ${channels * sampleBytes} bytes for ${channels} channels of ${bits} bits, found ${frameBytes}: convert it to WAV again`,
    );
  return {
    code,
    channels: code === MPEG ? 1 : channels,
    sampleRate,
    sampleBytes,
    isBigEndian,
    isByteSigned: false,
  };
}

function hex(view: DataView, at: number, length: number): string {
  return bytesToHex(new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function describeStart(view: DataView): string {
  return JSON.stringify(text(view, 0, Math.min(12, view.byteLength)));
}
