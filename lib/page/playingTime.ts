import { containerOfBytes } from "../audio/container";
import { flacSounds } from "../audio/flac";
import { mp3Parts } from "../audio/mp3";
import { oggSounds } from "../audio/ogg";

/**
 * About how many seconds a sound file of a compressed format plays, told without decoding it: an hour of sound takes half a gigabyte
 * when it is decoded, however small its file. Undefined for WAV and AIFF, whose size tells.
 * @throws Error when it is no sound file, or a damaged one
 */
export function playingTime(bytes: Uint8Array, name: string): number | undefined {
  const { kind, start } = containerOfBytes(bytes, name);
  const sum = (parts: number[]) => parts.reduce((whole, part) => whole + part, 0);
  switch (kind) {
    case "mp3":
      return sum(
        mp3Parts(bytes, start).map(({ frames, sampleRate }) => {
          return (frames.length * (sampleRate < 32000 ? 576 : 1152)) / sampleRate; // ISO 11172-3, 13818-3, layer 3
        }),
      );
    case "flac":
      return sum(flacSounds(bytes, start).map(({ head, samples }) => samples / flacRate(head)));
    case "opus":
    case "vorbis":
      return sum(oggSounds(bytes, start).map(({ granule }) => Math.max(0, granule) / 48000)); // Vorbis: 44,100 mostly
    default:
      return undefined;
  }
}

/** STREAMINFO's 20 bits, behind "fLaC" and its block's header. */
function flacRate(head: Uint8Array): number {
  return (head[18] << 12) | (head[19] << 4) | (head[20] >> 4);
}
