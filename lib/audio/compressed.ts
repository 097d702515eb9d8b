import type { Audio } from "./audio";
import { type Container, containerOf, missingEnd, opusSamples } from "./container";

/**
 * The sound in the bytes of a FLAC, MP3, Ogg Vorbis or Opus file, as mono (the mean of the channels), without the silence that
 * MP3 and Opus encoders add at the ends. Decoders: the WebAssembly builds of libFLAC, mpg123, libvorbis and libopus.
 * @param name what an error calls the file
 * @throws Error naming the file when it is of another format, damaged, or truncated as far as its container tells
 */
export async function decodeCompressed(bytes: Uint8Array, name = "sound data"): Promise<Audio> {
  const kind = containerOf(bytes);
  if (kind !== "flac" && kind !== "mp3" && kind !== "vorbis" && kind !== "opus")
    throw new Error(`${name}: ${refusal(kind, bytes)}`);
  const { channelData, sampleRate, errors } = await decode(kind, bytes).catch(nothing);
  const decoded = channelData[0]?.length ?? 0;
  const missing = missingEnd(bytes, kind, decoded);
  if (missing) throw new Error(`${name}: ${missing}: the file is truncated`);
  if (errors.length > 0)
    throw new Error(`${name}: expected a whole ${kind} file, found damage: ${errors[0].message}`);
  const stated = kind === "opus" ? opusSamples(bytes) : decoded;
  if (stated === undefined)
    throw new Error(`${name}: expected one sound, found several in a chain: convert it to WAV or FLAC`);
  const frames = Math.min(decoded, stated);
  if (frames <= 0) throw new Error(`${name}: expected sound, found a ${kind} file without samples`);
  const samples = new Float32Array(frames);
  for (const channel of channelData)
    for (let i = 0; i < frames; i++) samples[i] += channel[i] / channelData.length;
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  if (bad >= 0) throw new Error(`${name}: expected finite samples, found ${samples[bad]} at frame ${bad}`);
  return { samples, sampleRate };
}

interface Decoded {
  channelData: Float32Array[];
  sampleRate: number;
  errors: { message: string }[];
}

/** What a decoder made that gave up: the Opus one does on damage. */
function nothing(error: Error): Decoded {
  return { channelData: [], sampleRate: 0, errors: [error] };
}

/** Decoders are loaded when the first file of their kind is read; each file gets a fresh one. */
async function decode(kind: "flac" | "mp3" | "vorbis" | "opus", bytes: Uint8Array): Promise<Decoded> {
  const copy = Uint8Array.from(bytes); // decoders refuse Node's Buffer
  if (kind === "mp3") {
    const decoder = new (await import("mpg123-decoder")).MPEGDecoder();
    await decoder.ready;
    const decoded = decoder.decode(copy);
    decoder.free();
    return decoded;
  }
  const decoder = await fileDecoder(kind);
  await decoder.ready;
  const decoded = await decoder.decodeFile(copy);
  decoder.free();
  return decoded;
}

async function fileDecoder(kind: "flac" | "vorbis" | "opus") {
  if (kind === "flac") return new (await import("@wasm-audio-decoders/flac")).FLACDecoder();
  if (kind === "opus") return new (await import("ogg-opus-decoder")).OggOpusDecoder();
  return new (await import("@wasm-audio-decoders/ogg-vorbis")).OggVorbisDecoder();
}

function refusal(kind: Container, bytes: Uint8Array): string {
  const expected = "expected WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus";
  const names: Partial<Record<Container, string>> = {
    mp4: "MP4 (m4a)",
    aac: "AAC",
  };
  if (bytes.length === 0) return `${expected}, found an empty file`;
  const start = JSON.stringify(String.fromCharCode(...bytes.subarray(0, 12)));
  const found = names[kind];
  return found
    ? `${expected}, found ${found}: convert it to WAV or FLAC`
    : `${expected}, found a file starting with ${start}`;
}
