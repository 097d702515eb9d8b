import { random } from "../../lib/math/random";
import { byInstrument, composeSong, type Instrument, instruments, type Song } from "../../lib/music/song";
import { SONG_SECONDS } from "./songs";

/** Who plays in a mix: each instrument with probability .55, at least one. */
export function drawPlayers(uniform: () => number): Instrument[] {
  const players = instruments.filter(() => uniform() < 0.55);
  return players.length ? players : [instruments[Math.floor(uniform() * instruments.length)]];
}

/** Who plays in variant 1, 2, ... of a song. */
export function lineUp(seed: number, variant: number): Instrument[] {
  return drawPlayers(random(seed * 31 + variant));
}

/** One mix to train on: its players, and the song from which each comes. */
export interface Mix {
  seed: number;
  variant: number;
  players: Instrument[];
  /** Seeds of songs. */
  sources: Record<Instrument, number>;
  /** What is heard, for captions: the song with the programs, entrances and exits of everybody's own song. */
  song: Song;
}

/** A variant of a song with all players its own. */
export function plainMix(seed: number, variant: number): Mix {
  const own = song(seed);
  return mixOf(
    own,
    variant,
    byInstrument(() => own),
  );
}

/**
 * Variants of songs in which each player comes from any of these songs that it fits: of the same tempo, mode, tonic and
 * progression, for drums of the same tempo. The composer draws its players' parts independently of each other, so
 * such mixes are songs of its own, without playing them anew.
 */
export function recombined(seeds: readonly number[]): (seed: number, variant: number) => Mix {
  const songs = new Map(seeds.map((seed) => [seed, song(seed)]));
  const fitting = new Map<string, Song[]>();
  const join = (key: string, each: Song) => fitting.set(key, [...(fitting.get(key) ?? []), each]);
  for (const each of songs.values()) for (const key of new Set(instruments.map(fits(each)))) join(key, each);
  return (seed, variant) => {
    const uniform = random(RECOMBINATION + seed * 31 + variant);
    const own = songs.get(seed)!;
    return mixOf(
      own,
      variant,
      byInstrument((who) => {
        const choices = fitting.get(fits(own)(who))!;
        return choices[Math.floor(uniform() * choices.length)];
      }),
    );
  };
}

const RECOMBINATION = 2 ** 29; // seeds

function song(seed: number): Song {
  return composeSong(seed, { seconds: SONG_SECONDS });
}

/** Songs with the same of this can lend each other the player. */
function fits({ bar, mode, tonic, chords }: Song): (who: Instrument) => string {
  return (who) => (who === "drums" ? `${bar}` : [bar, mode, tonic, chords].join(" "));
}

function mixOf(own: Song, variant: number, from: Record<Instrument, Song>): Mix {
  return {
    seed: own.seed,
    variant,
    players: lineUp(own.seed, variant),
    sources: byInstrument((who) => from[who].seed),
    song: {
      ...own,
      arrangement: byInstrument((who) => from[who].arrangement[who]),
      notes: byInstrument((who) => from[who].notes[who]),
      programs: byInstrument((who) => from[who].programs[who]),
    },
  };
}
