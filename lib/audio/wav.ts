import { readFileSync } from "node:fs";
import { writeAtomically } from "../file";
import type { Audio } from "./audio";

/** How samples are stored: 16-bit integers (the default) or 32-bit floats (nothing clipped, nothing rounded). */
export type WavEncoding = "pcm16" | "float32";

/**
 * Read a WAV file as mono (the mean of its channels): PCM of 8, 16, 24 or 32 bits, float of 32 or 64 bits, plain
 * or WAVE_FORMAT_EXTENSIBLE, at any sample rate.
 * @throws Error naming the file, what was expected and what was found
 */
export function readWav(path: string): Audio {
  return decodeWav(readFileSync(path), path);
}

/** Write a WAV file, whole or not at all. Throws as `encodeWav` does. */
export function writeWav(path: string, audio: Audio, encoding: WavEncoding = "pcm16"): void {
  writeAtomically(path, encodeWav(audio, encoding));
}

/**
 * The sound in the bytes of a WAV file, as `readWav`. Integers of n bits are divided by 2^(n-1).
 * Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; `mmreg.h` for EXTENSIBLE.
 * @param name what an error calls the file
 */
export function decodeWav(bytes: Uint8Array, name = "WAV data"): Audio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 0) throw new Error(`${name}: expected a WAV file, found an empty file`);
  if (bytes.length < 12 || text(view, 0, 4) !== "RIFF" || text(view, 8, 4) !== "WAVE")
    throw new Error(`${name}: expected a RIFF/WAVE file, found one starting with ${describeStart(bytes)}`);
  const { format, start, size } = findSound(view, name);
  const read = sampleReader(view, format);
  const frameBytes = format.channels * format.sampleBytes;
  const frames = size / frameBytes;
  const samples = new Float32Array(frames);
  for (let frame = 0, at = start; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++, at += format.sampleBytes) sum += read(at);
    samples[frame] = sum / format.channels;
    if (!Number.isFinite(samples[frame]))
      throw new Error(
        `${name}: expected finite samples, found ${samples[frame]} at frame ${frame} of ${frames}`,
      );
  }
  return { samples, sampleRate: format.sampleRate };
}

/**
 * The bytes of a mono WAV file. In "pcm16" samples are rounded, and clipped to [-1, 1).
 * @throws Error when there is no sample, a sample is not finite, or the rate is no positive integer
 */
export function encodeWav(audio: Audio, encoding: WavEncoding = "pcm16"): Uint8Array {
  const { samples, sampleRate } = audio;
  if (samples.length === 0) throw new Error("cannot write a WAV without samples: expected at least one");
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  if (bad >= 0)
    throw new Error(`cannot write a WAV: expected finite samples, found ${samples[bad]} at ${bad}`);
  if (!Number.isInteger(sampleRate) || sampleRate <= 0)
    throw new Error(`cannot write a WAV: expected a positive integer sample rate, found ${sampleRate}`);
  const float = encoding === "float32";
  const sampleBytes = float ? 4 : 2;
  const dataBytes = samples.length * sampleBytes;
  const header = float ? 58 : 44;
  const bytes = new Uint8Array(header + dataBytes);
  const view = new DataView(bytes.buffer);
  writeText(bytes, 0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  writeText(bytes, 8, "WAVEfmt ");
  view.setUint32(16, float ? 18 : 16, true);
  view.setUint16(20, float ? FLOAT : PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * sampleBytes, true);
  view.setUint16(32, sampleBytes, true);
  view.setUint16(34, sampleBytes * 8, true);
  if (float) {
    writeText(bytes, 38, "fact"); // every format but PCM states its length in frames
    view.setUint32(42, 4, true);
    view.setUint32(46, samples.length, true);
  }
  writeText(bytes, header - 8, "data");
  view.setUint32(header - 4, dataBytes, true);
  for (let i = 0, at = header; i < samples.length; i++, at += sampleBytes) {
    if (float) view.setFloat32(at, samples[i], true);
    else view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768))), true);
  }
  return bytes;
}

const PCM = 1;
const FLOAT = 3;
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
/** What a writer that cannot seek back leaves as the size: the data then runs to the end of the file. */
const UNKNOWN_SIZE = 0xffffffff;

interface Format {
  code: number;
  channels: number;
  sampleRate: number;
  sampleBytes: number;
}

function findSound(view: DataView, name: string): { format: Format; start: number; size: number } {
  let format: Format | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const id = text(view, at, 4);
    const start = at + 8;
    const left = view.byteLength - start;
    const stated = view.getUint32(at + 4, true);
    if (id === "fmt ") {
      if (stated > left)
        throw new Error(`${name}: expected a fmt chunk of ${stated} bytes, found only ${left}`);
      format = readFormat(view, start, stated, name);
    }
    if (id === "data") {
      if (!format) throw new Error(`${name}: expected a fmt chunk before the data chunk, found none`);
      return { format, start, size: dataSize(format, stated, left, name) };
    }
    at = start + stated + (stated % 2); // a chunk of odd size is followed by one byte of padding
  }
  throw new Error(`${name}: expected a data chunk, found none in ${view.byteLength} bytes`);
}

function dataSize(format: Format, stated: number, left: number, name: string): number {
  const frameBytes = format.channels * format.sampleBytes;
  if (stated === UNKNOWN_SIZE) stated = left - (left % frameBytes);
  if (stated > left)
    throw new Error(
      `${name}: expected a data chunk of ${stated} bytes, found only ${left}: the file is truncated`,
    );
  if (stated === 0) throw new Error(`${name}: expected sound, found a data chunk of zero length`);
  if (stated % frameBytes !== 0)
    throw new Error(
      `${name}: expected whole frames of ${frameBytes} bytes, found a data chunk of ${stated} bytes`,
    );
  return stated;
}

function readFormat(view: DataView, start: number, size: number, name: string): Format {
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
  return { code, channels, sampleRate, sampleBytes: bits / 8 };
}

function sampleReader(view: DataView, { code, sampleBytes }: Format): (at: number) => number {
  if (code === FLOAT)
    return sampleBytes === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  if (sampleBytes === 1) return (at) => (view.getUint8(at) - 128) / 128;
  if (sampleBytes === 2) return (at) => view.getInt16(at, true) / 32768;
  if (sampleBytes === 3) return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8388608;
  return (at) => view.getInt32(at, true) / 2147483648;
}

function text(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function writeText(bytes: Uint8Array, at: number, value: string): void {
  for (let i = 0; i < value.length; i++) bytes[at + i] = value.charCodeAt(i);
}

function hex(view: DataView, at: number, length: number): string {
  return Buffer.from(view.buffer, view.byteOffset + at, length).toString("hex");
}

function describeStart(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes.subarray(0, 12)).toString("latin1"));
}
