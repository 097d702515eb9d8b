import { memoryFile, type RandomAccessFile } from "../files/file";
import { endingOf } from "../files/path";
import { openAiff } from "./aiff";
import type { Audio } from "./audio";
import { decodeCompressed } from "./compressed";
import { containerOf } from "./container";
import { MPEG, openPlain, sourceOf } from "./plainSound";
import { greatestCommonDivisor, resample } from "./resample";
import { wholeSound } from "./wav";
import { findWavSound } from "./wavLayout";

/** An open sound file of any format, mono. Of WAV and AIFF only what is asked for is read; other formats are decoded whole. */
export interface Sound {
  name: string;
  sampleRate: number;
  frames: number;
  /** Frames [from, to), 0 <= from <= to <= frames. */
  read(from: number, to: number): Float32Array;
}

/**
 * The sound in the bytes of a WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus file, as mono (the mean of its channels) at its own sample
 * rate.
 * @param name what an error calls the file
 * @throws Error naming the file, what was expected and what was found; a truncated file is refused
 */
export async function decodeAudio(bytes: Uint8Array, name = "sound data"): Promise<Audio> {
  return wholeSound(await openSoundFile(memoryFile(name, bytes)));
}

/**
 * Open a sound file to read parts of it; it may hold no sample at all. Tags and zeros may stand before the sound.
 * @throws Error as `decodeAudio` does, but for a file without samples
 */
export async function openSoundFile(file: RandomAccessFile): Promise<Sound> {
  const { kind, start } = containerOf(file);
  if (kind === "aiff") return openAiff(sourceOf(file, start));
  if (kind !== "wav") return openCompressed(file, start, file.size - start);
  const source = sourceOf(file, start);
  const layout = findWavSound(source);
  if (layout.format.code === MPEG) return openCompressed(file, start + layout.start, layout.size);
  return openPlain(source, layout);
}

async function openCompressed(file: RandomAccessFile, start: number, size: number): Promise<Sound> {
  const { samples, sampleRate } = await decodeCompressed(file.read(start, size), file.name);
  return {
    name: file.name,
    sampleRate,
    frames: samples.length,
    read: (from, to) => samples.subarray(from, to),
  };
}

/**
 * Samples [from, from + count) of the sound at another rate: bit for bit what `resample` of the whole file would give
 * there, but only that part and the filter's reach around it are read. Silence beyond the ends.
 * @param from may be negative
 */
export function readExcerpt(sound: Sound, rate: number, from: number, count: number): Float32Array {
  const common = greatestCommonDivisor(sound.sampleRate, rate);
  const up = rate / common; // `down` frames of the file last as long as `up` samples of the excerpt
  const down = sound.sampleRate / common;
  const margin = up === down ? 0 : Math.ceil((CROSSINGS * Math.max(1, down / up)) / down) + 1; // in units of `down` frames
  const first = Math.floor(from / up) - margin;
  const last = Math.ceil((from + count) / up) + margin;
  const samples = new Float32Array((last - first) * down);
  const begin = Math.max(0, first * down);
  const end = Math.min(sound.frames, last * down);
  if (begin < end) samples.set(sound.read(begin, end), begin - first * down);
  const part = resample({ samples, sampleRate: sound.sampleRate }, rate, { crossings: CROSSINGS });
  return part.samples.subarray(from - first * up, from - first * up + count);
}

const CROSSINGS = 64;

const readable = [
  ".wav",
  ".wave",
  ".bwf",
  ".bw64",
  ".rf64",
  ".aif",
  ".aiff",
  ".aifc",
  ".flac",
  ".mp3",
  ".ogg",
  ".oga",
  ".opus",
];
const others = [".m4a", ".mp4", ".aac", ".wma", ".wv", ".ape", ".caf", ".au", ".ac3", ".webm"];

/** Whether a file is sound, of a format that can be read or not, by its name's ending. */
export function isSoundName(name: string): boolean {
  const ending = endingOf(name).toLowerCase();
  return readable.includes(ending) || others.includes(ending);
}

/** @throws Error when a sound file's name says that it is of a format that cannot be read */
export function checkSoundName(path: string): void {
  if (readable.includes(endingOf(path).toLowerCase())) return;
  throw new Error(
    `${path}: expected WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus, found ${endingOf(path)}: convert it to WAV or FLAC, or take it away`,
  );
}
