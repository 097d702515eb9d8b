import { permutation, random } from "../math/random";
import { blockPowers, type Mix } from "./mix";
import { hashText } from "./stemSong";

/** The energy test: which windows of a song are worth hearing. Levels are root mean squares, dB of full scale. */
export interface Hearing {
  /** Length of the blocks the test looks at, s; windows start at block boundaries. */
  block?: number;
  /** A block of the trait's stem sounds above this level. */
  stemLevel?: number;
  /** Share of a window's blocks in which the stem must sound. */
  stemShare?: number;
  /** The stem must sound in some block of the last so many seconds: probes read the last step. */
  tail?: number;
  /** The rest of the mix, over the window, must be above this level. */
  restLevel?: number;
  /** The stem, over the window, must be at most so far below the rest: it could not be heard otherwise. */
  contrast?: number;
}

export const hearing: Required<Hearing> = {
  block: 0.25,
  stemLevel: -40,
  stemShare: 0.5,
  tail: 1,
  restLevel: -40,
  contrast: 25,
};

/** @throws RangeError on values that no window could meet or that mean nothing */
export function checkHearing(options: Hearing = {}): Required<Hearing> {
  const all = { ...hearing, ...options };
  for (const [name, low, high] of [
    ["block", 0.02, 2],
    ["stemLevel", -120, 0],
    ["stemShare", 0, 1],
    ["tail", 0, 60],
    ["restLevel", -120, 0],
    ["contrast", -60, 120],
  ] as const) {
    if (!(all[name] >= low && all[name] <= high))
      throw new RangeError(`${name}: expected a number from ${low} to ${high}, found ${all[name]}`);
  }
  return all;
}

/** The energy test in words, for recipes. */
export function describeHearing({
  block,
  stemLevel,
  stemShare,
  tail,
  restLevel,
  contrast,
}: Required<Hearing>): string {
  return (
    `stem above ${stemLevel} dBFS in ${100 * stemShare} % of the blocks of ${block} s and within the last ${tail} s, ` +
    `rest above ${restLevel} dBFS, stem at most ${contrast} dB below it`
  );
}

/**
 * Starts, in blocks, of all windows in which a stem sounds.
 * @param powers mean square of each block
 * @param length of a window, in blocks
 */
export function soundingWindows(
  powers: Float64Array,
  length: number,
  { block, stemLevel, stemShare, tail }: Required<Hearing>,
): number[] {
  const sounds = Array.from(powers, (power) => power > 10 ** (stemLevel / 10));
  const atEnd = Math.min(length, Math.max(1, Math.round(tail / block)));
  const starts: number[] = [];
  for (let start = 0; start + length <= sounds.length; start++) {
    const window = sounds.slice(start, start + length);
    const enough = window.filter(Boolean).length >= Math.max(1, stemShare * length);
    if (enough && window.slice(length - atEnd).some(Boolean)) starts.push(start);
  }
  return starts;
}

/**
 * Windows of a song that pass a test, none overlapping another, in random order: the song and the seed fix them.
 * @param stem what must sound
 * @param seconds of a window; `end` where the song ends
 * @param most windows are tried until so many have passed, at most 10 + 5 times as many
 * @param read the window that starts at so many seconds; undefined when it fails
 */
export function pickWindows<Item>(
  stem: Mix,
  {
    song,
    seconds,
    end,
    most,
    seed,
    hearing,
  }: { song: string; seconds: number; end: number; most: number; seed: number; hearing: Required<Hearing> },
  read: (start: number) => Item | undefined,
): { items: Item[]; windows: number } {
  const length = Math.ceil(seconds / hearing.block - 1e-9);
  const starts = soundingWindows(blockPowers(stem, hearing.block, end), length, hearing);
  const order = permutation(starts.length, random(hashText(`${seed} ${song}`) | 0));
  const taken: number[] = [];
  const items: Item[] = [];
  let tries = 10 + 5 * most;
  for (let i = 0; i < order.length && items.length < most && tries > 0; i++) {
    const start = starts[order[i]];
    if (taken.some((other) => Math.abs(other - start) < length)) continue;
    tries--;
    const item = read(start * hearing.block);
    if (item === undefined) continue;
    taken.push(start);
    items.push(item);
  }
  return { items, windows: starts.length };
}
