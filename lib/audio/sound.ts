import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Audio } from "./audio";
import { decodeCompressed } from "./compressed";
import { containerOf } from "./container";
import { greatestCommonDivisor, resample } from "./resample";
import { openWav, readWav } from "./wav";

/** An open sound file of any format, mono. Of a WAV only what is asked for is read; other formats are decoded whole. */
export interface Sound {
  name: string;
  sampleRate: number;
  frames: number;
  /** Frames [from, to), 0 <= from <= to <= frames. */
  read(from: number, to: number): Float32Array;
  close(): void;
}

/**
 * Read a WAV, FLAC, MP3 or Ogg Vorbis file as mono (the mean of its channels) at its own sample rate.
 * @throws Error naming the file, what was expected and what was found; a truncated file is refused
 */
export async function readAudio(path: string): Promise<Audio> {
  return isWav(path) ? readWav(path) : decodeCompressed(readFileSync(path), path);
}

/**
 * Open a sound file to read parts of it.
 * @throws Error as `readAudio` does
 */
export async function openSound(path: string): Promise<Sound> {
  if (isWav(path)) return openWav(path);
  const { samples, sampleRate } = await decodeCompressed(readFileSync(path), path);
  return {
    name: path,
    sampleRate,
    frames: samples.length,
    read: (from, to) => samples.subarray(from, to),
    close() {},
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

function isWav(path: string): boolean {
  const head = new Uint8Array(12);
  const handle = openSync(path, "r");
  try {
    const found = readSync(handle, head, 0, head.length, 0);
    return containerOf(head.subarray(0, found)) === "wav";
  } finally {
    closeSync(handle);
  }
}
