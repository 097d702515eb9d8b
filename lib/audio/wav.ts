import { memoryFile, type RandomAccessFile } from "../files/file";
import type { Audio } from "./audio";
import { FLOAT, MPEG, openPlain, PCM, type PlainSoundFile, sourceOf } from "./plainSound";
import { findWavSound } from "./wavLayout";

/** How samples are stored: 16-bit integers (the default) or 32-bit floats (nothing clipped, nothing rounded). */
export type WavEncoding = "pcm16" | "float32";

/**
 * Open a WAV file to read parts of it as mono (the mean of its channels): PCM of up to 32 bits, float of 32 or 64, A-law and mu-law,
 * plain or WAVE_FORMAT_EXTENSIBLE, from 1 to 768 kHz; RIFF, RIFX, RF64 or BW64. Its header is checked against the file's size now.
 * Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; `mmreg.h` for EXTENSIBLE.
 * @throws Error naming the file, what was expected and what was found
 */
export function openWav(file: RandomAccessFile): PlainSoundFile {
  const source = sourceOf(file);
  const layout = findWavSound(source);
  if (layout.format.code !== MPEG) return openPlain(source, layout);
  throw new Error(
    `${file.name}: expected PCM, float, A-law or mu-law, found MP3 in a WAV file: readAudio reads it`,
  );
}

/**
 * The sound in the bytes of a WAV file; formats and errors as of `openWav`.
 * @param name what an error calls the file
 * @throws Error when there is no sample too
 */
export function decodeWav(bytes: Uint8Array, name = "WAV data"): Audio {
  return wholeSound(openWav(memoryFile(name, bytes)));
}

/** All of an open sound. @throws Error when there is no sample */
export function wholeSound({ name, sampleRate, frames, read }: Omit<PlainSoundFile, "channels">): Audio {
  if (frames === 0) throw new Error(`${name}: expected sound, found a file of zero length (no samples)`);
  return { samples: read(0, frames), sampleRate };
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

function writeText(bytes: Uint8Array, at: number, value: string): void {
  for (let i = 0; i < value.length; i++) bytes[at + i] = value.charCodeAt(i);
}
