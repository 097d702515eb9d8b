import { decibels, meanSquare } from "../audio/level";
import { fileName } from "../files/path";
import { permutation, random } from "../math/random";
import type { Dataset, Part, PartItems } from "./dataset";
import { type MixPart, openMix } from "./mix";
import type { RecordedPair } from "./pairFolder";
import type { Pair } from "./pairs";
import { artistNumbers, comparable, type Stem, type StemSong } from "./stemSong";
import { checkHearing, describeHearing, type Hearing, pickWindows } from "./windows";

export interface MixPairOptions extends Hearing {
  trait: string;
  /** Another trait, which is to sound in both clips of a pair. Of stems only. */
  beside?: string;
  /** How many pairs; fewer when the songs do not hold so many. */
  count: number;
  /** Length of a clip. */
  seconds?: number;
  /** Sample rate of the clips, Hz: the model's. */
  rate?: number;
  /** "mixed": the stem muted, nothing else changed. "matched": the clip without it made as loud as the one with it. */
  level?: "mixed" | "matched";
  /** Fixes the windows and the order of the songs. */
  seed?: number;
}

/** What a song's pairs are made of: the trait alone, and all the rest. */
export interface TraitMix {
  id: string;
  artist: string;
  trait: MixPart[];
  rest: MixPart[];
  /** of the rest, what has the trait that is to sound beside it */
  beside?: MixPart[];
  /** the end of the shortest file is the end of the song (files are otherwise padded with silence) */
  untilShortest?: boolean;
}

/** A song's stems with the trait, and the others. A stem has it when one of its names, or a few of them, spell it. */
export function stemMix({ id, artist, stems }: StemSong, trait: string, beside?: string): TraitMix {
  const partsOf = (chosen: Stem[]) => chosen.map(({ file }): MixPart => ({ file, gain: 1 }));
  const [having, lacking] = [true, false].map((has) => stems.filter((stem) => spells(stem, trait) === has));
  const companions = beside === undefined ? undefined : lacking.filter((stem) => spells(stem, beside));
  return {
    id,
    artist,
    trait: partsOf(having),
    rest: partsOf(lacking),
    beside: companions && partsOf(companions),
  };
}

/** A recorded pair: the trait is the difference. */
export function recordedMix({ id, artist, ...pair }: RecordedPair): TraitMix {
  const rest: MixPart[] = [{ file: pair.without, gain: 1 }];
  return {
    id,
    artist,
    trait: [
      { file: pair.with, gain: 1 },
      { file: pair.without, gain: -1 },
    ],
    rest,
    untilShortest: true,
  };
}

/**
 * Pairs of clips of recorded songs, with and without a trait (SMITIN's data): mono, at one rate, the two mixed from
 * the same files at the same place. Windows are those that pass the energy test, at most a fair share of `count` from each
 * song, none overlapping another. One song is read at a time, of WAV files the windows only (and the trait's stem once, a
 * few seconds at a time, for the test).
 * @param about the data set in words
 * @throws RangeError on impossible options; when read, Error naming a file that is damaged
 */
export function mixPairs(songs: TraitMix[], about: string, options: MixPairOptions): Dataset<Pair> {
  const { trait, beside, count, seconds = 3, rate = 32000, level = "mixed", seed = 1, ...rest } = options;
  const test = checkHearing(rest);
  checkWindows({ count, seconds, rate, seed });
  checkLevel(level);
  const artists = artistNumbers(songs);
  const read = async (number: number, most: number): Promise<PartItems<Pair>> => {
    const song = songs[number];
    if (song.trait.length === 0) return { items: [], lacks: `without ${trait}` };
    if (song.rest.length === 0) return { items: [], lacks: `with nothing but ${trait}` };
    if (beside !== undefined && !song.beside?.length) return { items: [], lacks: `without ${beside}` };
    const stem = await openMix(song.trait);
    const others = await openMix(song.rest);
    const companion = beside === undefined ? undefined : await openMix(song.beside!);
    const end = song.untilShortest ? stem.seconds.shortest : stem.seconds.longest;
    const wish = { song: song.id, seconds, end, most, seed, hearing: test };
    const { items, windows } = pickWindows(stem, wish, (start): Pair | undefined => {
      const [from, size] = [Math.round(start * rate), Math.round(seconds * rate)];
      const alone = stem.excerpt(rate, from, size);
      const without = others.excerpt(rate, from, size);
      const loudness = decibels(meanSquare(without));
      if (!(loudness > test.restLevel && decibels(meanSquare(alone)) >= loudness - test.contrast))
        return undefined;
      if (companion && !(decibels(meanSquare(companion.excerpt(rate, from, size))) > test.restLevel))
        return undefined;
      const both = alone.map((sample, i) => sample + without[i]);
      const pair = { trait, song: number, artist: artists[number] };
      return levelled(
        {
          with: { samples: both, sampleRate: rate },
          without: { samples: without, sampleRate: rate },
          ...pair,
        },
        level,
      );
    });
    const lacks =
      windows === 0 ? `in which ${trait} never sounds` : "in which it is never heard beside the rest";
    return { items, windows, lacks };
  };
  const recipe = `${count} pairs of ${seconds} s with and without ${trait}${beside === undefined ? "" : `, beside ${beside}`}, ${about}, level ${level}, ${describeHearing(test)}, seed ${seed}`;
  const { parts, files } = songParts(songs, artists, seed, read);
  return {
    trait,
    count,
    parts,
    recipe,
    key: { about, trait, beside, count, seconds, rate, level, seed, test, files },
  };
}

/** The pair as it is mixed, or the clip without the trait made as loud as the one with it. */
export function levelled(pair: Pair, level: "mixed" | "matched"): Pair {
  if (level === "mixed") return pair;
  const { samples, sampleRate } = pair.without;
  const gain = Math.sqrt(meanSquare(pair.with.samples) / meanSquare(samples));
  return { ...pair, without: { samples: samples.map((sample) => gain * sample), sampleRate } };
}

/** @throws RangeError unless level is "mixed" or "matched" */
export function checkLevel(level: string): void {
  if (level !== "mixed" && level !== "matched")
    throw new RangeError(`level: expected "mixed" or "matched", found "${level}"`);
}

/** @throws RangeError on a count, length, rate or seed that cannot be */
export function checkWindows(options: { count: number; seconds: number; rate: number; seed: number }): void {
  const { count, seconds, rate, seed } = options;
  for (const [name, value, low] of [
    ["count", count, 1],
    ["rate", rate, 1],
    ["seed", seed, 0],
  ] as const) {
    if (!(Number.isSafeInteger(value) && value >= low))
      throw new RangeError(`${name}: expected an integer from ${low}, found ${value}`);
  }
  if (!(seconds > 0 && seconds <= 60))
    throw new RangeError(`seconds: expected more than 0 and at most 60, found ${seconds}`);
}

/**
 * Songs as a data set's parts, in the order that the seed gives, and for its key their files in that order.
 * @param artists number of each song's artist
 * @param read items of the song of that number, at most so many
 */
export function songParts<Item>(
  songs: TraitMix[],
  artists: number[],
  seed: number,
  read: (number: number, most: number) => Promise<PartItems<Item>>,
): { parts: Part<Item>[]; files: unknown[] } {
  const order = Array.from(permutation(songs.length, random(seed)));
  return {
    parts: order.map((number) => ({ name: songs[number].id, read: (most) => read(number, most) })),
    files: order.map((number) => [songs[number].id, artists[number], ...stamps(songs[number])]),
  };
}

/** Size and age of each file, so that a cache knows a changed one. */
function stamps({ trait, rest }: TraitMix): unknown[] {
  return [...trait, ...rest].map(({ file, gain }) => {
    const { size, modified } = file.stamp();
    return [gain, fileName(file.name), size, Math.round(modified)];
  });
}

function spells({ names }: Stem, trait: string): boolean {
  const words = comparable(trait).split(/\s+/);
  return names.includes(words.join("_")) || words.every((word) => names.includes(word));
}
