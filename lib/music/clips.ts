import type { Audio } from "../audio/audio";
import { brightness } from "../audio/brightness";
import { decibels, meanSquare } from "../audio/level";
import { estimateTempo } from "../audio/tempo";
import { random } from "../math/random";
import { bandRate, mixStems, playSong } from "./band";
import type { Dataset, Part, PartItems } from "./dataset";
import { openMix } from "./mix";
import { checkWindows, type MixPairOptions, songParts, type TraitMix } from "./mixPairs";
import { type Clip, type Quantity, quantities, unitOf } from "./quantity";
import { composeSong, instruments } from "./song";
import { artistNumbers } from "./stemSong";
import { checkHearing, pickWindows } from "./windows";

export type ClipOptions = Omit<MixPairOptions, "trait" | "level"> & { trait: Quantity };

/**
 * Clips of recorded songs, all parts together, with the value of a continuous trait. Windows in which the mix sounds (more than
 * `stemLevel` in `stemShare` of its blocks, and at its end), none overlapping another. Tempo is that of the 12 s around the
 * clip (or of as much as there is); the others are measured on the clip.
 * @param about the data set in words
 * @throws RangeError on impossible options; when read, Error naming a file that is damaged
 */
export function mixClips(songs: TraitMix[], about: string, options: ClipOptions): Dataset<Clip> {
  const { trait, count, seconds = 3, rate = 32000, seed = 1, ...rest } = options;
  const test = checkHearing(rest);
  checkQuantity(trait);
  checkWindows({ count, seconds, rate, seed });
  const artists = artistNumbers(songs);
  const read = async (number: number, most: number): Promise<PartItems<Clip>> => {
    const song = songs[number];
    const mix = await openMix([...song.trait, ...song.rest]);
    const end = mix.seconds.longest;
    const wish = { song: song.id, seconds, end, most, seed, hearing: test };
    const { items, windows } = pickWindows(mix, wish, (start): Clip | undefined => {
      const cut = (from: number, length: number) => ({
        samples: mix.excerpt(rate, Math.round(from * rate), Math.round(length * rate)),
        sampleRate: rate,
      });
      const audio = cut(start, seconds);
      const around = Math.min(end, Math.max(TEMPO_SECONDS, seconds));
      const from = Math.max(0, Math.min(end - around, start - (around - seconds) / 2));
      const value = trait === "tempo" ? measure("tempo", cut(from, around)) : measure(trait, audio);
      return value === undefined ? undefined : { audio, value, trait, song: number, artist: artists[number] };
    });
    return { items, windows, lacks: windows === 0 ? "too short or silent" : `without ${trait}` };
  };
  const energy = `above ${test.stemLevel} dBFS in ${100 * test.stemShare} % of the blocks of ${test.block} s`;
  const recipe = `${count} clips of ${seconds} s with their ${trait} (${unitOf[trait]}), ${about}, ${energy}, seed ${seed}`;
  const { parts, files } = songParts(songs, artists, seed, read);
  return {
    trait,
    count,
    parts,
    recipe,
    key: { about, trait, count, seconds, rate, seed, test, files },
  };
}

/**
 * Clips of the studio band with the value of a continuous trait: a song each, that neither the bundled model's training nor
 * `bandPairs` uses; each player takes part with probability .75. The tempo is the composer's own.
 * @throws RangeError on impossible options (clips are at most 4 s)
 */
export function bandClips(options: Pick<ClipOptions, "trait" | "count" | "seconds" | "seed">): Dataset<Clip> {
  const { trait, count, seconds = 3, seed = 1 } = options;
  checkQuantity(trait);
  checkWindows({ count, seconds, rate: bandRate, seed });
  if (seconds > 4 || seed > 1000 || count > PER_SEED)
    throw new RangeError(
      `the studio band plays at most ${PER_SEED} clips of 4 s, seeds 0 to 1000; found ${count} of ${seconds} s, seed ${seed}`,
    );
  const play = async (number: number): Promise<Clip> => {
    const song = composeSong(FIRST_CLIP_SONG + seed * PER_SEED + number, {
      seconds: seconds + 1,
      entrance: 0,
    });
    const uniform = random(song.seed);
    const drawn = instruments.filter(() => uniform() < 0.75);
    const players = drawn.length > 0 ? drawn : [instruments[Math.floor(uniform() * instruments.length)]];
    const from = Math.floor(uniform() * bandRate);
    const mix = mixStems(await playSong(song), players);
    const audio = { samples: mix.slice(from, from + Math.round(seconds * bandRate)), sampleRate: bandRate };
    return {
      audio,
      value: trait === "tempo" ? song.tempo : (measure(trait, audio) ?? 0),
      trait,
      song: song.seed,
    };
  };
  const parts = bandParts("clips", count, async (most, before) => {
    const clips: Clip[] = [];
    while (clips.length < most) clips.push(await play(before + clips.length));
    return clips;
  });
  const recipe = `${count} clips of ${seconds} s with their ${trait} (${unitOf[trait]}), studio band, seed ${seed}`;
  return { trait, count, parts, recipe, key: { band: BAND_VERSION, trait, count, seconds, seed } };
}

/** The parts of a data set that the studio band plays: a few items each. */
export function bandParts<Item>(
  what: string,
  count: number,
  play: (most: number, before: number) => Promise<Item[]>,
): Part<Item>[] {
  return Array.from({ length: Math.ceil(count / PER_PART) }, (_, i) => ({
    name: `${what} from ${i * PER_PART}`,
    read: async (most, before) => ({ items: await play(most, before) }),
  }));
}

/** To be raised when the band plays otherwise: caches of what it played before are then left alone. */
export const BAND_VERSION = 2;

const TEMPO_SECONDS = 12;
const FIRST_CLIP_SONG = 700_000_000;
const PER_SEED = 100_000;
const PER_PART = 16;

function measure(trait: Quantity, audio: Audio): number | undefined {
  if (trait === "brightness") return brightness(audio);
  if (trait === "loudness") return decibels(Math.max(1e-12, meanSquare(audio.samples)));
  const found = estimateTempo(audio, { slowest: 50, fastest: 220, octaves: 1 });
  return found && found.strength > 0 ? found.bpm : undefined; // else nothing begins, or only once
}

function checkQuantity(trait: Quantity): void {
  if (!quantities.includes(trait))
    throw new RangeError(`trait: expected one of ${quantities.join(", ")}, found "${trait as string}"`);
}
