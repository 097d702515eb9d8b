import { afterChunk, isChunk } from "./chunks";
import {
  A_LAW,
  type ByteSource,
  dataSize,
  FLOAT,
  MU_LAW,
  openPlain,
  PCM,
  type PlainSoundFile,
  type SampleFormat,
  type SoundLayout,
  text,
} from "./plainSound";

/**
 * Open an AIFF or AIFF-C file to read parts of it as mono (the mean of its channels): PCM of up to 32 bits, float of 32 or 64,
 * A-law and mu-law. Its header is checked against the file's size now; where the writer could not seek back to state the size
 * of the samples, they run to the end of the file.
 * @throws Error naming the file, what was expected and what was found
 */
export function openAiff(source: ByteSource): PlainSoundFile {
  return openPlain(source, findAiffSound(source));
}

/** How samples are stored, by AIFF-C's names; plain AIFF is "NONE". */
const compressions: Record<string, Partial<SampleFormat>> = {
  NONE: {},
  twos: {},
  sowt: { isBigEndian: false },
  "raw ": { isByteSigned: false },
  in24: {},
  in32: {},
  "42n1": { isBigEndian: false }, // libsndfile's names for in24 and in32 the other way round
  "23ni": { isBigEndian: false },
  fl32: { code: FLOAT },
  FL32: { code: FLOAT },
  fl64: { code: FLOAT },
  FL64: { code: FLOAT },
  alaw: { code: A_LAW, sampleBytes: 1 },
  ALAW: { code: A_LAW, sampleBytes: 1 },
  ulaw: { code: MU_LAW, sampleBytes: 1 },
  ULAW: { code: MU_LAW, sampleBytes: 1 },
};

/** Source: Apple, "Audio Interchange File Format AIFF-C", draft of 1991. Chunks come in any order. */
function findAiffSound(source: ByteSource): SoundLayout {
  const { name, size: fileSize, read } = source;
  const form = fileSize < 12 ? "" : text(read(0, 12), 8, 4);
  if (form !== "AIFF" && form !== "AIFC")
    throw new Error(`${name}: expected AIFF or AIFF-C sound, found a FORM file of kind "${form}"`);
  let format: SampleFormat | undefined;
  let sound: { start: number; stated: number } | undefined;
  for (let at = 12; at + 8 <= fileSize && !(format && sound); ) {
    const chunk = read(at, 8);
    const [id, stated, start] = [text(chunk, 0, 4), chunk.getUint32(4), at + 8];
    if (id === "COMM") {
      if (stated < (form === "AIFC" ? 22 : 18) || start + stated > fileSize)
        throw new Error(`${name}: expected a whole COMM chunk, found one of ${stated} bytes`);
      format = readFormat(read(start, Math.min(stated, 22)), form, name);
    }
    if (id === "SSND") {
      const isOpen = stated === 0 && start + 8 < fileSize && !isChunk(source, start, true);
      if (!(isOpen || stated >= 8) || start + 8 > fileSize)
        throw new Error(`${name}: expected a whole SSND chunk, found one of ${stated} bytes`);
      const offset = read(start, 4).getUint32(0);
      sound = { start: start + 8 + offset, stated: (isOpen ? 2 ** 32 : stated) - 8 - offset };
    }
    at = afterChunk(source, start, stated);
  }
  if (!format) throw new Error(`${name}: expected a COMM chunk, found none in ${fileSize} bytes`);
  if (!sound) throw new Error(`${name}: expected an SSND chunk, found none in ${fileSize} bytes`);
  const { start, stated } = sound;
  if (stated < 0 || start > fileSize)
    throw new Error(
      `${name}: expected samples within their chunk, found them ${stated} bytes before its end`,
    );
  return { format, start, size: dataSize(format, stated, fileSize - start, name) };
}

function readFormat(chunk: DataView, form: string, name: string): SampleFormat {
  const [channels, bits, sampleRate] = [chunk.getUint16(0), chunk.getUint16(6), readExtended(chunk, 8)];
  const compression = form === "AIFC" ? text(chunk, 18, 4) : "NONE";
  const known = compressions[compression];
  const code = known?.code ?? PCM;
  const fits = code === PCM ? bits >= 1 && bits <= 32 : code !== FLOAT || bits === 32 || bits === 64;
  if (!known || !fits)
    throw new Error(
      `${name}: expected PCM of up to 32 bits, float of 32 or 64, A-law or mu-law, found compression "${compression}" of ${bits} bits`,
    );
  if (channels === 0) throw new Error(`${name}: expected at least one channel, found 0`);
  if (!(Number.isInteger(sampleRate) && sampleRate > 0))
    throw new Error(`${name}: expected a sample rate of whole Hz above 0, found ${sampleRate}`);
  return {
    ...{
      code,
      channels,
      sampleRate,
      sampleBytes: Math.ceil(bits / 8),
      isBigEndian: true,
      isByteSigned: true,
    },
    ...known,
  };
}

/** A positive number of 80 bits: sign and exponent in 16 of them, and 64 bits with the leading 1. */
function readExtended(view: DataView, at: number): number {
  return Number(view.getBigUint64(at + 2)) * 2 ** (view.getUint16(at) - 16383 - 63);
}
