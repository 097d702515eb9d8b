import type { Audio } from "../audio/audio";
import type { OnProgress } from "../jobs/progress";
import { askParts, emptyTally, nothing, readPart } from "./dataset";
import type { MixPairOptions } from "./mixPairs";
import { type OpenTree, openPairs, type SplitOptions } from "./openData";

/** An excerpt of a recorded song that lacks a trait, to be continued. */
export interface DataPrompt {
  /** The song's name, with a number when it is not the first of its song. */
  id: string;
  song: string;
  /** Among the prompts of its song, from 1. */
  place: number;
  audio: Audio;
  trait: string;
}

/**
 * Excerpts that lack a trait from a data set by its name: the clips without it of `openPairs`, a fair share of each song, the songs
 * in the order of the seed.
 * @param options split: by default "test", whose artists are not those of `openPairs` with "train"
 * @param openTree as for `openPairs`
 * @throws Error as `openPairs` does, and when there is no such excerpt
 */
export async function dataPrompts(
  name: string,
  { onProgress, ...options }: MixPairOptions & SplitOptions & { onProgress?: OnProgress },
  openTree?: OpenTree,
): Promise<DataPrompt[]> {
  const data = openPairs(name, { split: "test", ...options }, openTree);
  const tally = emptyTally();
  const prompts: DataPrompt[] = [];
  const perSong = new Map<number, number>();
  const parts = askParts(data, tally, async (wish) => {
    const { items, ...rest } = await readPart(data, wish);
    return { ...rest, items: items.length, part: wish.part, pairs: items };
  });
  for await (const { given } of parts) {
    for (const { without, trait } of given.pairs) {
      const place = (perSong.get(given.part) ?? 0) + 1;
      perSong.set(given.part, place);
      const song = data.parts[given.part].name;
      prompts.push({ id: place === 1 ? song : `${song} (${place})`, song, place, audio: without, trait });
    }
    onProgress?.(prompts.length, data.count);
  }
  if (prompts.length === 0) throw new Error(nothing(data, tally));
  return prompts;
}
