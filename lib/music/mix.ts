import { meanSquare } from "../audio/level";
import { openSoundFile, readExcerpt, type Sound } from "../audio/sound";
import type { TreeFile } from "../files/tree";

/** A file's place in a mix: added, or subtracted. */
export interface MixPart {
  file: TreeFile;
  gain: 1 | -1;
}

/** The sum of some files, from which excerpts are read; shorter files end in silence. */
export interface Mix {
  /** of its first file, Hz */
  sampleRate: number;
  /** of its longest file, and of its shortest */
  seconds: { longest: number; shortest: number };
  /** Samples [from, from + count) at any rate. */
  excerpt(rate: number, from: number, count: number): Float32Array;
}

/**
 * Open the files of a mix. Files of one rate are summed before they are resampled.
 * @throws Error as `openSoundFile` does
 */
export async function openMix(parts: MixPart[]): Promise<Mix> {
  const byRate = new Map<number, { sound: Sound; gain: number }[]>();
  const sounds: Sound[] = [];
  for (const { file, gain } of parts) {
    const sound = await openSoundFile(file.open());
    sounds.push(sound);
    byRate.set(sound.sampleRate, [...(byRate.get(sound.sampleRate) ?? []), { sound, gain }]);
  }
  const sums = [...byRate.values()].map(sumOf);
  const seconds = sounds.map(({ frames, sampleRate }) => frames / sampleRate);
  return {
    sampleRate: sounds[0].sampleRate,
    seconds: { longest: Math.max(...seconds), shortest: Math.min(...seconds) },
    excerpt(rate, from, count) {
      const total = new Float32Array(count);
      for (const sum of sums) add(total, readExcerpt(sum, rate, from, count), 1);
      return total;
    },
  };
}

/**
 * Mean squares of a mix's blocks, read a few seconds at a time: what the energy test looks at.
 * @param length of a block, s
 * @param end what comes after is not looked at, s
 */
export function blockPowers(mix: Mix, length: number, end: number): Float64Array {
  const blocks = Math.floor(end / length + 1e-9);
  const powers = new Float64Array(blocks);
  const start = (block: number) => Math.round(block * length * mix.sampleRate);
  for (let first = 0; first < blocks; first += BLOCKS_AT_ONCE) {
    const last = Math.min(blocks, first + BLOCKS_AT_ONCE);
    const samples = mix.excerpt(mix.sampleRate, start(first), start(last) - start(first));
    for (let block = first; block < last; block++)
      powers[block] = meanSquare(
        samples.subarray(start(block) - start(first), start(block + 1) - start(first)),
      );
  }
  return powers;
}

const BLOCKS_AT_ONCE = 32;

/** Sounds of one rate as one. */
function sumOf(parts: { sound: Sound; gain: number }[]): Sound {
  const frames = Math.max(...parts.map(({ sound }) => sound.frames));
  return {
    name: parts.map(({ sound }) => sound.name).join(" + "),
    sampleRate: parts[0].sound.sampleRate,
    frames,
    read(from, to) {
      const total = new Float32Array(to - from);
      for (const { sound, gain } of parts)
        add(total, sound.read(Math.min(from, sound.frames), Math.min(to, sound.frames)), gain);
      return total;
    },
  };
}

function add(to: Float32Array, what: Float32Array, gain: number): void {
  for (let i = 0; i < what.length; i++) to[i] += gain * what[i];
}
