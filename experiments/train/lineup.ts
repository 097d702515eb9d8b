import { type Instrument, instruments } from "../../lib/music/song";

/** Who plays in a mix: each instrument with probability .55, at least one. */
export function drawPlayers(uniform: () => number): Instrument[] {
  const players = instruments.filter(() => uniform() < 0.55);
  return players.length ? players : [instruments[Math.floor(uniform() * instruments.length)]];
}
