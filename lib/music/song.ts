import { random } from "../math/random";
import {
  bassPatterns,
  drumPatterns,
  guitarPatterns,
  minorTriads,
  pianoPatterns,
  programs,
  progressions,
} from "./patterns";

/** The four players of the studio band; each is a trait that a probe can look for. */
export const instruments = ["drums", "bass", "guitar", "piano"] as const;
export type Instrument = (typeof instruments)[number];

/** One struck note: times in seconds, MIDI key and velocity. */
export interface Note {
  time: number;
  duration: number;
  key: number;
  velocity: number;
}

/** A composed song: who plays in which bar, and every note of every player. */
export interface Song {
  seed: number;
  seconds: number;
  /** Length of a bar in seconds; a sixteenth is a whole number of 20 ms codec frames. */
  bar: number;
  /** Quarter notes a minute. */
  tempo: number;
  mode: "major" | "minor";
  /** Pitch class of the tonic, 0 = C. */
  tonic: number;
  /** Roots of the progression's chords, a bar each, in semitones above the tonic. */
  chords: readonly number[];
  /** Per player, which bars it plays: nearly always all, now and then an entrance or an exit. */
  arrangement: Record<Instrument, boolean[]>;
  notes: Record<Instrument, Note[]>;
  programs: Record<Instrument, number>;
}

const FRAME = 0.02;
const LOWEST = { bass: 28, guitar: 52, piano: 64 };

export interface SongOptions {
  /** Length of the song. Default 10. */
  seconds?: number;
  /** Probability that a player enters late (and half of it, that one leaves early). Default .08. */
  entrance?: number;
  /** Instead of what is drawn; all else of the song stays. */
  mode?: Song["mode"];
  /** Frames of 20 ms: 6, 7 or 8. Instead of what is drawn. */
  sixteenth?: number;
}

/**
 * Compose a four-instrument song. Every player has a part; who is heard in a mix is chosen later, so that one
 * rendered song serves every line-up.
 * @param seed fixes the song
 */
export function composeSong(seed: number, options: SongOptions = {}): Song {
  const { seconds = 10, entrance = 0.08 } = options;
  const uniform = random(seed);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(uniform() * choices.length)];
  const drawnLength = pick([6, 7, 8]);
  const sixteenth = (options.sixteenth ?? drawnLength) * FRAME;
  const bar = 16 * sixteenth;
  const bars = Math.ceil(seconds / bar);
  const drawnMode = pick(["major", "minor"] as const);
  const mode = options.mode ?? drawnMode;
  const tonic = pick([0, 2, 4, 5, 7, 9]);
  const chords = pick(progressions[mode]);

  const arrangement = byInstrument(() => arrangeBars(bars, entrance, uniform));
  const drums = pick(drumPatterns);
  const bass = pick(bassPatterns);
  const guitar = pick(guitarPatterns);
  const piano = pick(pianoPatterns);

  const notes = byInstrument((): Note[] => []);
  for (let b = 0; b < bars; b++) {
    const degree = chords[b % chords.length];
    const third = minorTriads[mode].includes(degree) ? 3 : 4;
    const root = tonic + degree;
    const strike = (who: Instrument, step: number, key: number, steps: number, velocity: number) => {
      if (!arrangement[who][b]) return;
      notes[who].push({ time: b * bar + step * sixteenth, duration: steps * sixteenth, key, velocity });
    };
    const triad = (lowest: number) =>
      [root, root + third, root + 7]
        .map((pitch) => lowest + ((((pitch - lowest) % 12) + 12) % 12))
        .sort((x, y) => x - y);

    drums.forEach((line, drum) => {
      for (const { step, accent } of strikes(line)) {
        strike("drums", step, [36, 38, 42][drum], 1, [100, 95, 72][drum] + (accent ? 12 : 0));
      }
    });
    const low = triad(LOWEST.bass);
    const bassNote = low.find((key) => (key - root) % 12 === 0) ?? low[0];
    const hits = strikes(bass);
    hits.forEach(({ step, accent }, i) => {
      strike("bass", step, bassNote, (hits[i + 1]?.step ?? 16) - step, accent ? 110 : 95);
    });
    for (const [who, pattern] of [
      ["guitar", guitar],
      ["piano", piano],
    ] as const) {
      const chord = triad(LOWEST[who]);
      strikes(pattern.strikes).forEach(({ step, accent }, i) => {
        const keys = pattern.order === "chord" ? chord : [chord[pattern.order[i % pattern.order.length]]];
        for (const key of keys) strike(who, step, key, pattern.hold, accent ? 100 : 88);
      });
    }
  }
  return {
    seed,
    seconds,
    bar,
    tempo: 60 / (4 * sixteenth),
    mode,
    tonic,
    chords,
    arrangement,
    notes,
    programs: byInstrument((who) => pick(programs[who]).program),
  };
}

/** The share of [from, to) seconds in which the arrangement has an instrument playing. */
export function presence(song: Song, who: Instrument, from: number, to: number): number {
  let playing = 0;
  song.arrangement[who].forEach((on, b) => {
    if (on) playing += Math.max(0, Math.min(to, (b + 1) * song.bar) - Math.max(from, b * song.bar));
  });
  return playing / (to - from);
}

/** A record with one value for every instrument, made in the band's order. */
export function byInstrument<T>(make: (who: Instrument) => T): Record<Instrument, T> {
  return { drums: make("drums"), bass: make("bass"), guitar: make("guitar"), piano: make("piano") };
}

function arrangeBars(bars: number, entrance: number, uniform: () => number): boolean[] {
  const playing = new Array<boolean>(bars).fill(true);
  const event = uniform();
  const at = 1 + Math.floor(uniform() * (bars - 1));
  if (event < entrance) playing.fill(false, 0, at);
  else if (event < 1.5 * entrance) playing.fill(false, at);
  return playing;
}

function strikes(line: string): { step: number; accent: boolean }[] {
  return [...line].flatMap((mark, step) => (mark === "." ? [] : [{ step, accent: mark === "X" }]));
}
