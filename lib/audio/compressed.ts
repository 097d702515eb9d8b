import type { Audio } from "./audio";
import { type Container, containerOfBytes } from "./container";
import { type FlacSound, flacSounds } from "./flac";
import { mp3Parts } from "./mp3";
import { type OggSound, oggSounds } from "./ogg";
import { checkRate } from "./plainSound";

/** What a decoder makes of a sound. */
interface Decoded {
  channelData: Float32Array[];
  sampleRate: number;
  samplesDecoded: number;
  errors: { message: string }[];
}

/**
 * The sound in the bytes of a FLAC, MP3, Ogg Vorbis or Opus file, as mono (the mean of the channels), without the silence that
 * MP3 and Opus encoders add at the ends. Of files joined into one, all sounds, one after another. Tags, zeros and what is no sound
 * may stand before and behind it. Decoders: the WebAssembly builds of libFLAC, mpg123, libvorbis and libopus.
 * @param name what an error calls the file
 * @throws Error naming the file when it is of another format, damaged, or truncated as far as its container tells
 */
export async function decodeCompressed(bytes: Uint8Array, name = "sound data"): Promise<Audio> {
  const { kind, start } = containerOfBytes(bytes, name);
  hushDecoders();
  const parts: Audio[] = [];
  try {
    for await (const decoded of decodeParts(Uint8Array.from(bytes), kind, start))
      parts.push(mono(decoded, kind));
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
  const { sampleRate } = parts[0];
  const other = parts.find((part) => part.sampleRate !== sampleRate);
  if (other)
    throw new Error(
      `${name}: expected one sample rate, found sounds of ${sampleRate} and ${other.sampleRate} Hz joined: convert it to WAV or FLAC`,
    );
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part.samples, at);
    at += part.samples.length;
  }
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  if (bad >= 0) throw new Error(`${name}: expected finite samples, found ${samples[bad]} at frame ${bad}`);
  checkRate(name, sampleRate, samples.length);
  return { samples, sampleRate };
}

function mono({ channelData, sampleRate, errors }: Decoded, kind: Container): Audio {
  if (errors.length > 0) throw new Error(`expected a whole ${kind} file, found damage: ${errors[0].message}`);
  const samples = new Float32Array(channelData[0]?.length ?? 0);
  for (const channel of channelData)
    for (let i = 0; i < samples.length; i++) samples[i] += channel[i] / channelData.length;
  return { samples, sampleRate };
}

/** Decoders are loaded when the first file of their kind is read; each sound gets a fresh one. They refuse Node's Buffer. */
async function* decodeParts(bytes: Uint8Array, kind: Container, start: number): AsyncGenerator<Decoded> {
  if (kind === "mp3") for (const { frames } of mp3Parts(bytes, start)) yield decodeMp3(frames);
  if (kind === "flac") for (const sound of flacSounds(bytes, start)) yield decodeFlac(sound);
  if (kind === "vorbis" || kind === "opus")
    for (const sound of oggSounds(bytes, start)) yield decodeOgg(bytes, sound);
}

async function decodeMp3(frames: Uint8Array[]): Promise<Decoded> {
  const decoder = new (await import("mpg123-decoder")).MPEGDecoder();
  await decoder.ready;
  const bytes = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  const decoded = decoder.decode(bytes);
  decoder.free();
  return decoded;
}

/** Of the places where the last frame may end, the first that makes a whole sound. */
async function decodeFlac({ head, frames, last, samples }: FlacSound): Promise<Decoded> {
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  let failed: Decoded | undefined;
  for (const ending of last) {
    const decoder = new FLACDecoder();
    await decoder.ready;
    const decoded = await decoder.decodeFrames([head, ...frames, ending]);
    decoder.free();
    if (decoded.errors.length === 0 && decoded.samplesDecoded === samples) return asStored(decoded);
    failed ??= decoded;
  }
  const sampleRate = (head[18] << 12) | (head[19] << 4) | (head[20] >> 4);
  if (!failed) return { channelData: [], sampleRate, samplesDecoded: 0, errors: [] };
  const [error = { message: `${failed.samplesDecoded} of ${samples} samples` }] = failed.errors;
  return { ...failed, errors: [error] };
}

/** The decoder divides integers of n bits by 2^(n-1) - 1; other formats' are divided by 2^(n-1), and FLAC loses nothing. */
function asStored<Result extends Decoded & { bitDepth: number }>(decoded: Result): Result {
  const full = 2 ** (decoded.bitDepth - 1);
  const channelData = decoded.channelData.map((channel) =>
    channel.map((sample) => Math.round(sample * (full - 1)) / full),
  );
  return { ...decoded, channelData };
}

async function decodeOgg(bytes: Uint8Array, { start, end, granule }: OggSound): Promise<Decoded> {
  const pages = bytes.subarray(start, end);
  const { kind } = containerOfBytes(pages, "a later sound");
  if (kind === "vorbis") {
    const decoder = new (await import("@wasm-audio-decoders/ogg-vorbis")).OggVorbisDecoder();
    await decoder.ready;
    const decoded = await decoder.decodeFile(pages);
    decoder.free();
    return decoded;
  }
  const decoder = new (await import("ogg-opus-decoder")).OggOpusDecoder();
  await decoder.ready;
  const decoded = await decoder.decodeFile(pages);
  decoder.free();
  const head = new DataView(pages.buffer, pages.byteOffset + 27 + pages[26]);
  const stated = granule < 0 ? Number.POSITIVE_INFINITY : Math.max(0, granule - head.getUint16(10, true)); // without the lead-in
  return { ...decoded, channelData: decoded.channelData.map((channel) => channel.subarray(0, stated)) };
}

let isHushed = false;

/** Decoders tell console.error what they also return, and what becomes an Error here where it matters. */
function hushDecoders(): void {
  if (isHushed) return;
  isHushed = true;
  const { error } = console;
  console.error = (...words: unknown[]) => {
    if (!/^(@wasm-audio-decoders|mpg123-decoder|ogg-opus-decoder|libopus)/.test(String(words[0])))
      error(...words);
  };
}
