import type { Audio } from "../audio/audio";
import { meanSquare } from "../audio/level";
import { pauser } from "../jobs/interruption";
import type { OnProgress } from "../jobs/progress";
import { hashOf } from "../math/hash";
import { random } from "../math/random";
import { bandRate, mixStems, playSong, type Stems } from "./band";
import { composeSong, type Instrument, instruments } from "./song";

/** The same excerpt of the same song with and without one instrument. */
export interface Pair {
  with: Audio;
  without: Audio;
  trait: string;
  /** Pairs of one song share this number; cross-validation keeps them together. */
  song: number;
  /** Where artists are known: songs of one artist share this number, and cross-validation keeps them together. */
  artist?: number;
}

/** An excerpt that lacks one instrument, with the instruments that it has. */
export interface Prompt {
  audio: Audio;
  trait: Instrument;
  players: Instrument[];
  song: number;
}

export interface ExcerptOptions {
  /** The instrument in question. */
  trait: Instrument;
  /** How many pairs or prompts. */
  count: number;
  /** Length of each excerpt, at most 4 s. */
  seconds?: number;
  seed?: number;
  /** Stops the work, which then throws the signal's reason. */
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

// The bundled model trained on song seeds below one million: nothing here was seen by it.
const FIRST_PAIR_SONG = 1_000_000;
const FIRST_PROMPT_SONG = 500_000_000;
const PER_SEED = 100_000;
const PAIRS_PER_SONG = 2;
const SONG_SECONDS = 6;
const MAX_SECONDS = 4;

/**
 * Paired clips from the studio band: with and without one instrument, the others (at least one, each with probability
 * .6) the same. Two pairs a song, at different places and in different line-ups; the instrument sounds in each
 * (louder than -40 dBFS). Songs the bundled model never saw.
 * @throws RangeError for an unknown instrument, a count below 1 or an impossible length
 */
export async function bandPairs(options: ExcerptOptions): Promise<Pair[]> {
  const { trait, count, seconds, seed } = checked(options);
  const pairs: Pair[] = [];
  const pause = pauser(options.signal);
  for (let song = FIRST_PAIR_SONG + seed * PER_SEED; pairs.length < count; song++) {
    const stems = await playSong(composeSong(song, { seconds: SONG_SECONDS, entrance: 0 }));
    const uniform = random(song);
    for (let i = 0; i < PAIRS_PER_SONG && pairs.length < count; i++) {
      const others = drawOthers(trait, uniform);
      const from = Math.floor(uniform() * (SONG_SECONDS - seconds) * bandRate);
      const cut = (players: Instrument[]) => excerpt(stems, players, from, seconds);
      if (Math.sqrt(meanSquare(cut([trait]).samples)) < 0.01) continue;
      pairs.push({ with: cut([...others, trait]), without: cut(others), trait, song });
    }
    options.onProgress?.(pairs.length, count);
    await pause();
  }
  return pairs;
}

/**
 * Excerpts for continuation that lack one instrument: other instruments only, from the start of songs that neither the
 * bundled model nor `bandPairs` uses. No two sound the same: one player alone begins many songs alike.
 * @throws RangeError as `bandPairs` does
 */
export async function bandPrompts(options: ExcerptOptions): Promise<Prompt[]> {
  const { trait, count, seconds, seed } = checked(options);
  const prompts: Prompt[] = [];
  const pause = pauser(options.signal);
  const known = new Set<string>();
  for (let song = FIRST_PROMPT_SONG + seed * PER_SEED; prompts.length < count; song++) {
    const stems = await playSong(composeSong(song, { seconds, entrance: 0 }));
    const players = drawOthers(trait, random(song));
    const audio = excerpt(stems, players, 0, seconds);
    const sound = hashOf(audio.samples);
    if (known.has(sound)) continue;
    known.add(sound);
    prompts.push({ audio, trait, players, song });
    options.onProgress?.(prompts.length, count);
    await pause();
  }
  return prompts;
}

/**
 * How the band itself goes on after one of its prompts: the next seconds of the song, the instrument that the prompt lacks
 * joining at once. What a steered continuation can hope for.
 * @returns the new seconds alone
 */
export async function bandContinuation(
  { audio, players, song, trait }: Prompt,
  seconds: number,
): Promise<Audio> {
  const from = audio.samples.length;
  const stems = await playSong(composeSong(song, { seconds: from / bandRate + seconds, entrance: 0 }));
  return excerpt(stems, [...players, trait], from, seconds);
}

function checked({ trait, count, seconds = 3, seed = 1 }: ExcerptOptions) {
  if (!instruments.includes(trait))
    throw new RangeError(`trait: expected one of ${instruments.join(", ")}, found "${trait}"`);
  if (!Number.isInteger(count) || count < 1 || count > PER_SEED)
    throw new RangeError(`count: expected an integer from 1 to ${PER_SEED}, found ${count}`);
  if (!(seconds > 0 && seconds <= MAX_SECONDS))
    throw new RangeError(`seconds: expected more than 0 and at most ${MAX_SECONDS}, found ${seconds}`);
  if (!Number.isInteger(seed) || seed < 0 || seed > 1000)
    throw new RangeError(`seed: expected an integer from 0 to 1000, found ${seed}`);
  return { trait, count, seconds, seed };
}

function drawOthers(trait: Instrument, uniform: () => number): Instrument[] {
  const possible = instruments.filter((who) => who !== trait);
  const others = possible.filter(() => uniform() < 0.6);
  return others.length ? others : [possible[Math.floor(uniform() * possible.length)]];
}

function excerpt(stems: Stems, players: Instrument[], from: number, seconds: number): Audio {
  const samples = mixStems(stems, players).slice(from, from + Math.round(seconds * bandRate));
  return { samples, sampleRate: bandRate };
}
