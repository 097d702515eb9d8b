import { readFileSync } from "node:fs";
import type { Audio } from "../audio/audio";
import { openSoundFile, type Sound } from "../audio/sound";
import { decodeWav, encodeWav, type WavEncoding, wholeSound } from "../audio/wav";
import { diskFile } from "./folder";
import { writeAtomically } from "./writeAtomically";

/**
 * Read a WAV, AIFF, FLAC, MP3, Ogg Vorbis or Opus file as mono (the mean of its channels) at its own sample rate.
 * @throws Error naming the file, what was expected and what was found; a truncated file is refused
 */
export async function readAudio(path: string): Promise<Audio> {
  return wholeSound(await openSound(path));
}

/**
 * Open a sound file to read parts of it: of WAV and AIFF only those are read.
 * @throws Error as `readAudio` does
 */
export function openSound(path: string): Promise<Sound> {
  return openSoundFile(diskFile(path));
}

/**
 * Read a WAV file as mono (the mean of its channels); formats as of `openWav`.
 * @throws Error naming the file, what was expected and what was found
 */
export function readWav(path: string): Audio {
  return decodeWav(readFileSync(path), path);
}

/** Write a WAV file, whole or not at all. Throws as `encodeWav` does. */
export function writeWav(path: string, audio: Audio, encoding: WavEncoding = "pcm16"): void {
  writeAtomically(path, encodeWav(audio, encoding));
}
