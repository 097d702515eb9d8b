import type { Move } from "../live/liveSteer";
import type { Example, Examples } from "./example";
import { binPeaks, peaksPerSecond } from "./peaks";
import type { Made, NextTokens } from "./protocol";

/** A take as the page draws it; what is being made grows in place. */
export interface TakeOnPage {
  /** 0 for one that was prepared. */
  number: number;
  seed: number;
  /** [codebooks][frames] */
  prompt: number[][];
  /** New frames that were asked for. */
  frames: number;
  /** By row, steered and not: the largest sample of each hundredth of a second. */
  peaks: number[][];
  /** By row, new columns: [frames][codebooks]. */
  columns: number[][][];
  traits: string[];
  /** C(t), [steps][traits]: of the steered row and of the other. */
  monitor: number[][];
  unsteered: number[][];
  threshold: number[][];
  strength: number[][];
  next: NextTokens[];
  moves: Move[];
  speed: number;
  isWhole: boolean;
  /** Fingerprint of the steered row's tokens, when it is whole. */
  tokens?: string;
}

/** A take made beforehand. */
export function preparedTake(
  { seed, prompt, tokens, plain, ...example }: Example,
  examples: Examples,
): TakeOnPage {
  const columns = [tokens, plain].map((grid) => grid[0].map((_, frame) => grid.map((codes) => codes[frame])));
  const thresholds = examples.traits.map(({ threshold }) => threshold);
  return {
    ...{ number: 0, seed, prompt, frames: tokens[0].length, columns, isWhole: true, speed: 0, next: [] },
    peaks: example.peaks.map((row) => row.map((peak) => peak / 255)),
    traits: examples.traits.map(({ trait }) => trait),
    monitor: example.monitor,
    unsteered: example.unsteered,
    threshold: example.monitor.map(() => thresholds),
    strength: example.strength,
    moves: [{ step: 0, strips: example.strips }],
  };
}

/** One that is about to be made. */
export function emptyTake(
  about: Pick<TakeOnPage, "number" | "seed" | "prompt" | "frames" | "traits">,
): TakeOnPage {
  return {
    ...about,
    ...{
      peaks: [[], []],
      columns: [[], []],
      monitor: [],
      unsteered: [],
      threshold: [],
      strength: [],
      next: [],
    },
    ...{ moves: [], speed: 0, isWhole: false },
  };
}

/** C(t) of the row that is heard, [steps][traits]: each take has a curve of its own. */
export function monitorOfRow({ monitor, unsteered }: TakeOnPage, row: 0 | 1): number[][] {
  return row === 0 ? monitor : unsteered;
}

export function addSound(take: TakeOnPage, rows: Float32Array[], sampleRate: number): void {
  for (const [row, samples] of rows.entries())
    take.peaks[row].push(...binPeaks(samples, sampleRate / peaksPerSecond));
}

export function addMade(take: TakeOnPage, { seen, tokens, plain, next, moves, speed }: Made): void {
  for (const { monitor, unsteered, threshold, strength } of seen) {
    take.monitor.push(monitor);
    if (unsteered) take.unsteered.push(unsteered);
    take.threshold.push(threshold.map((level) => level ?? Number.NaN));
    take.strength.push(strength);
  }
  take.columns[0].push(...tokens);
  take.columns[1].push(...plain);
  take.next.push(...next);
  take.moves.push(...moves);
  take.speed = speed;
}
