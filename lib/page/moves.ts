import type { Move } from "../live/liveSteer";
import type { Strips } from "../live/strip";
import type { Head } from "../steering/ablate";

const nobody: readonly Head[] = [];

/** What held at a step of a take whose moves are known: the same objects as long as nothing moves. */
export function movesAt(moves: readonly Move[], step: number): { strips: Strips; muted: readonly Head[] } {
  const { strips, muted = nobody } = moves.findLast((move) => move.step <= step) ?? moves[0];
  return { strips, muted };
}
