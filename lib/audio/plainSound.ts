import type { RandomAccessFile } from "../files/file";

/** Bytes that can be had piece by piece, to read numbers from. */
export interface ByteSource {
  /** what errors call it */
  name: string;
  size: number;
  read(offset: number, length: number): DataView;
}

/** How samples are stored, frame by frame. */
export interface SampleFormat {
  /** PCM or FLOAT */
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

export const PCM = 1;
export const FLOAT = 3;

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

/**
 * Open a file of uncompressed sound to read parts of it.
 * @param find where its samples are, and how they are stored
 * @throws Error as `find` does
 */
export function openPlain(file: RandomAccessFile, find: (source: ByteSource) => SoundLayout): PlainSoundFile {
  const { name, size } = file;
  const read = (offset: number, length: number) => {
    const bytes = file.read(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const layout = find({ name, size, read });
  const { channels, sampleBytes, sampleRate } = layout.format;
  const frameBytes = channels * sampleBytes;
  const frames = layout.size / frameBytes;
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

/** What a writer that cannot seek back leaves as the size: the data then runs to the end of the file. */
const UNKNOWN_SIZE = 0xffffffff;

/**
 * Check the size that a file states for its samples.
 * @param left bytes up to the end of the file
 * @throws Error when that is less, or the samples are no whole frames
 */
export function dataSize(format: SampleFormat, stated: number, left: number, name: string): number {
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
