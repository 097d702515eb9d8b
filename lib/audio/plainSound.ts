import type { RandomAccessFile } from "../files/file";
import { aLaw, muLaw } from "./g711";

/** Bytes that can be had piece by piece, to read numbers from. */
export interface ByteSource {
  /** what errors call it */
  name: string;
  size: number;
  read(offset: number, length: number): DataView;
}

/** How samples are stored, frame by frame. */
export interface SampleFormat {
  /** PCM, FLOAT, A_LAW or MU_LAW; MPEG is not for `openPlain` */
  code: number;
  channels: number;
  sampleRate: number;
  sampleBytes: number;
  /** The most significant byte comes first. */
  isBigEndian: boolean;
  /** Of one byte: signed. */
  isByteSigned: boolean;
}

/** Where a file's samples are: `size` bytes from `start`. */
export interface SoundLayout {
  format: SampleFormat;
  start: number;
  size: number;
}

/** Codes of `mmreg.h`. */
export const PCM = 1;
export const FLOAT = 3;
export const A_LAW = 6;
export const MU_LAW = 7;
export const MPEG = 0x55;

/** An open file of uncompressed sound, of which only what is asked for is read. */
export interface PlainSoundFile {
  name: string;
  sampleRate: number;
  channels: number;
  frames: number;
  /**
   * Frames [from, to) as mono (the mean of the channels); only their bytes are read.
   * @throws RangeError unless 0 <= from <= to <= frames; Error on a sample that is not finite
   */
  read(from: number, to: number): Float32Array;
}

/** A file, or what of it comes from `start` on, as a source of numbers. */
export function sourceOf({ name, size, read }: RandomAccessFile, start = 0): ByteSource {
  return {
    name,
    size: size - start,
    read(offset, length) {
      const bytes = read(start + offset, length);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}

/**
 * Open a file of uncompressed sound to read parts of it.
 * @param layout where its samples are, and how they are stored
 * @throws Error on a sample rate that is a mistake
 */
export function openPlain({ name, read }: ByteSource, layout: SoundLayout): PlainSoundFile {
  const { channels, sampleBytes, sampleRate } = layout.format;
  const frameBytes = channels * sampleBytes;
  const frames = layout.size / frameBytes;
  checkRate(name, sampleRate, frames);
  return {
    name,
    sampleRate,
    channels,
    frames,
    read(from, to) {
      if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= frames))
        throw new RangeError(`${name}: expected frames within 0 ... ${frames}, found [${from}, ${to})`);
      const view = read(layout.start + from * frameBytes, (to - from) * frameBytes);
      return mono(view, { ...layout, start: 0, size: view.byteLength }, name, from);
    },
  };
}

/**
 * How many bytes of sound there are: whole frames of what the file states, or of all that is left where its writer could not seek
 * back to state it.
 * @param stated size of the samples' chunk
 * @param left bytes up to the end of the file
 * @throws Error when the file is truncated
 */
export function dataSize(format: SampleFormat, stated: number, left: number, name: string): number {
  const frameBytes = format.channels * format.sampleBytes;
  const size = stated > left && isLeftOpen(stated) ? left : stated;
  if (size > left)
    throw new Error(
      `${name}: expected a data chunk of ${stated} bytes, found only ${left}: the file is truncated`,
    );
  return size - (size % frameBytes);
}

/**
 * Whether a size, larger than the file, is one that writers leave who cannot seek back: 2^31 or 2^32, SoX's 0x7f000000 in AIFF, or
 * thereabouts, since some take the header off, or add it, or round.
 */
function isLeftOpen(size: number): boolean {
  return [0x7f000000, 2 ** 31, 2 ** 32].some((open) => Math.abs(size - open) <= 2 ** 16);
}

/** @throws Error naming file, rate and length when a sample rate is a mistake */
export function checkRate(name: string, sampleRate: number, frames: number): void {
  if (sampleRate >= LOWEST_RATE && sampleRate <= HIGHEST_RATE) return;
  throw new Error(
    `${name}: expected a sample rate from ${LOWEST_RATE} to ${HIGHEST_RATE} Hz, found ${sampleRate} Hz: its ${frames} frames would last ${Number((frames / sampleRate).toPrecision(3))} s`,
  );
}

const LOWEST_RATE = 100;
const HIGHEST_RATE = 768000;

/** Characters of a chunk's name. */
export function text(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

/** The mean of the channels, frame by frame. @param first number of the view's first frame, for messages */
export function mono(
  view: DataView,
  { format, start, size }: SoundLayout,
  name: string,
  first: number,
): Float32Array {
  const read = sampleReader(view, format);
  const frames = size / (format.channels * format.sampleBytes);
  const samples = new Float32Array(frames);
  for (let frame = 0, at = start; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++, at += format.sampleBytes) sum += read(at);
    samples[frame] = sum / format.channels;
    if (!Number.isFinite(samples[frame]))
      throw new Error(
        `${name}: expected finite samples, found ${samples[frame]} at frame ${first + frame} of ${first + frames}`,
      );
  }
  return samples;
}

/** Reads one sample at a byte offset, scaled to [-1, 1]: integers of n bits are divided by 2^(n-1). */
export function sampleReader(view: DataView, format: SampleFormat): (at: number) => number {
  const { code, sampleBytes, isBigEndian, isByteSigned } = format;
  const little = !isBigEndian;
  if (code === A_LAW) return (at) => aLaw(view.getUint8(at));
  if (code === MU_LAW) return (at) => muLaw(view.getUint8(at));
  if (code === FLOAT)
    return sampleBytes === 4 ? (at) => view.getFloat32(at, little) : (at) => view.getFloat64(at, little);
  if (sampleBytes === 1)
    return isByteSigned ? (at) => view.getInt8(at) / 128 : (at) => (view.getUint8(at) - 128) / 128;
  if (sampleBytes === 2) return (at) => view.getInt16(at, little) / 32768;
  const [top, rest] = little ? [2, 0] : [0, 1];
  if (sampleBytes === 3)
    return (at) => ((view.getInt8(at + top) << 16) | view.getUint16(at + rest, little)) / 8388608;
  return (at) => view.getInt32(at, little) / 2147483648;
}
