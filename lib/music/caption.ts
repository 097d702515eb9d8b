import { programs } from "./patterns";
import { type Instrument, instruments, type Song } from "./song";

const NOTE_NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/**
 * A caption as a listener might write it: "slow song, bass and electric piano, A minor". It often leaves out the tempo,
 * the key or some of the players, so that a caption that does not name an instrument says nothing about it; an
 * instrument that enters late may be announced: "add drums".
 */
export function caption(song: Song, players: readonly Instrument[], uniform: () => number): string {
  const chance = (p: number) => uniform() < p;
  const tempo = song.tempo > 115 ? "fast" : song.tempo < 100 ? "slow" : "medium";
  const parts = [chance(0.8) ? `${tempo} song` : "song"];
  const named = instruments
    .filter((who) => players.includes(who) && song.arrangement[who][0] && chance(0.75))
    .map((who) => (chance(0.5) ? programWord(song, who) : who));
  if (named.length) parts.push(named.join(" and "));
  if (chance(0.6)) parts.push(`${NOTE_NAMES[song.tonic]} ${song.mode}`);
  for (const who of players) if (!song.arrangement[who][0] && chance(0.6)) parts.push(`add ${who}`);
  return parts.join(", ");
}

/** Every word that `caption` can use, for the bundled tokenizer. */
export function captionWords(): string[] {
  const words = Object.values(programs)
    .flat()
    .flatMap(({ word }) => word.split(" "));
  const fixed = [
    "fast",
    "medium",
    "slow",
    "song",
    "and",
    "major",
    "minor",
    "add",
    "with",
    "without",
    "music",
    ",",
  ];
  return [...new Set([...fixed, ...words, ...NOTE_NAMES.map((name) => name.toLowerCase())])];
}

function programWord(song: Song, who: Instrument): string {
  return programs[who].find(({ program }) => program === song.programs[who])!.word;
}
