import { permutation, random } from "../math/random";

/**
 * Deal clips into folds so that clips tied together stay together: both clips of a pair, and all pairs of one song.
 * Songs go, largest first and otherwise in random order, to the fold that has fewest clips.
 * @param pair pair number of each clip
 * @param group song of each clip; without it each pair stands alone
 * @param folds at most; with fewer songs than folds each song is one fold
 * @returns the fold of each clip, and the number of folds
 * @throws Error when there are fewer than 2 independent songs, or a pair spans two songs
 */
export function pairedFolds(
  pair: Int32Array,
  group: Int32Array | undefined,
  folds: number,
  seed: number,
): { fold: Int32Array; folds: number } {
  if (!Number.isInteger(folds) || folds < 2)
    throw new RangeError(`folds: expected at least 2, found ${folds}`);
  const songs = group ?? pair;
  const songOfPair = new Map<number, number>();
  pair.forEach((p, clip) => {
    const song = songOfPair.get(p) ?? songs[clip];
    if (song !== songs[clip]) throw new Error(`pair ${p} lies in two songs, ${song} and ${songs[clip]}`);
    songOfPair.set(p, song);
  });
  const members = new Map<number, number[]>();
  songs.forEach((song, clip) => {
    members.set(song, [...(members.get(song) ?? []), clip]);
  });
  const lists = [...members.values()];
  if (lists.length < 2) {
    throw new Error(`cross-validation needs clips of at least 2 songs, found ${lists.length}`);
  }
  const count = Math.min(folds, lists.length);
  const shuffled = Array.from(permutation(lists.length, random(seed)), (i) => lists[i]);
  const sizes = new Int32Array(count);
  const fold = new Int32Array(pair.length);
  for (const clips of shuffled.sort((a, b) => b.length - a.length)) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    for (const clip of clips) fold[clip] = smallest;
    sizes[smallest] += clips.length;
  }
  return { fold, folds: count };
}

/** The clips fold by fold, as a design has them, and where each fold starts: [folds + 1]. */
export function foldOrder({ fold, folds }: { fold: Int32Array; folds: number }): {
  order: number[];
  starts: Int32Array;
} {
  return {
    order: Array.from(fold, (_, clip) => clip).sort((a, b) => fold[a] - fold[b] || a - b),
    starts: Int32Array.from({ length: folds + 1 }, (_, f) => fold.filter((of) => of < f).length),
  };
}
