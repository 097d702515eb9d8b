import { pauser } from "../jobs/interruption";
import { random } from "../math/random";
import { bandRate, mixStems, playSong } from "./band";
import type { ExcerptOptions, Pair } from "./pairs";
import { composeSong, type Instrument, instruments, type SongOptions } from "./song";

/** What the band's score says of a song, as pairs: the song as it is with the trait, and the same song without. */
export interface ScoreTrait {
  with: SongOptions;
  without: SongOptions;
  /** Of these at least one plays: others do not tell. */
  told: readonly Instrument[];
}

/** Traits of the score by their names. */
export const scoreTraits: Record<string, ScoreTrait> = {
  minor: { with: { mode: "minor" }, without: { mode: "major" }, told: ["guitar", "piano"] },
  fast: { with: { sixteenth: 6 }, without: { sixteenth: 8 }, told: instruments },
};

export type ScorePairOptions = Omit<ExcerptOptions, "trait"> & {
  /** "minor": in minor instead of major, of the same tonic; "fast": 125 beats a minute instead of 94 */
  trait: keyof typeof scoreTraits;
};

/**
 * Paired clips from the studio band whose score differs in one thing: the same song in minor and in major, fast and slow, with the
 * same players, patterns and sounds. One pair a song, from its beginning; songs that neither the bundled model nor `bandPairs` uses.
 * @throws RangeError for a trait that no score has, a count below 1 or an impossible length
 */
export async function bandScorePairs(options: ScorePairOptions): Promise<Pair[]> {
  const { trait, count, seconds = 3, seed = 1 } = options;
  if (!Object.hasOwn(scoreTraits, trait))
    throw new RangeError(`trait: expected one of ${Object.keys(scoreTraits).join(", ")}, found "${trait}"`);
  if (!Number.isInteger(count) || count < 1 || count > PER_SEED)
    throw new RangeError(`count: expected an integer from 1 to ${PER_SEED}, found ${count}`);
  if (!(seconds > 0 && seconds <= 10))
    throw new RangeError(`seconds: expected more than 0 and at most 10, found ${seconds}`);
  if (!Number.isInteger(seed) || seed < 0 || seed > 1000)
    throw new RangeError(`seed: expected an integer from 0 to 1000, found ${seed}`);
  const { with: own, without: other, told } = scoreTraits[trait];
  const pairs: Pair[] = [];
  const pause = pauser(options.signal);
  for (let song = FIRST_SONG + seed * PER_SEED; pairs.length < count; song++) {
    const uniform = random(song);
    const players = drawPlayers(told, uniform);
    const play = async (score: SongOptions) => {
      const stems = await playSong(composeSong(song, { seconds, entrance: 0, ...score }));
      return { samples: mixStems(stems, players), sampleRate: bandRate };
    };
    pairs.push({ with: await play(own), without: await play(other), trait, song });
    options.onProgress?.(pairs.length, count);
    await pause();
  }
  return pairs;
}

const FIRST_SONG = 850_000_000;
const PER_SEED = 100_000;

/** Each with probability .6, at least one of those that tell. */
function drawPlayers(told: readonly Instrument[], uniform: () => number): Instrument[] {
  const players = instruments.filter(() => uniform() < 0.6);
  if (players.some((who) => told.includes(who))) return players;
  return [...players, told[Math.floor(uniform() * told.length)]];
}
