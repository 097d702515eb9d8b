/** Bytes that can be had piece by piece. */
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

/** Characters of a chunk's name. */
export function text(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function hex(view: DataView, at: number, length: number): string {
  return Buffer.from(view.buffer, view.byteOffset + at, length).toString("hex");
}

function describeStart(view: DataView): string {
  return JSON.stringify(text(view, 0, Math.min(12, view.byteLength)));
}
