import type { Audio } from "../../../lib/audio/audio";
import { dataPrompts, openPairs } from "../../../lib/disk/openData";
import { type Dataset, itemsOf } from "../../../lib/music/dataset";
import type { Pair } from "../../../lib/music/pairs";
import type { CaptionedPrompt } from "./captionedPrompt";
import type { Lab } from "./lab";
import { telling } from "./telling";

/** Is the lab's music recorded, and not the studio band's? */
export function isRecorded({ data }: Pick<Lab, "data">): boolean {
  return data !== "studio";
}

/** One training song in so many is kept apart from the probes, for what takes are compared with. */
const apart = 5;

/**
 * Pairs of the lab's recorded songs: of training songs, for probes, or of those kept apart, for references. Prompts are of test
 * songs: no song serves two ends.
 * @throws Error as `openPairs` does
 */
export function recordedPairs(
  { data, model, seed }: Pick<Lab, "data" | "model" | "seed">,
  use: "probes" | "reference",
  wish: { trait: string; count: number; seconds: number },
): Dataset<Pair> {
  const all = openPairs(data, { ...wish, seed, rate: model.sampleRate, split: "train" });
  const parts = all.parts.filter((_, song) => (song % apart === 0) === (use === "reference"));
  const recipe = `${all.recipe}; ${parts.length} of its ${all.parts.length} songs, the others ${use === "probes" ? "kept apart" : "for probes"}`;
  return { ...all, parts, recipe, key: [use, apart, all.key] };
}

/** Clips without a trait, of the songs of `recordedPairs`. @throws Error when there is none */
export async function recordedClips(
  lab: Lab,
  use: "probes" | "reference",
  wish: { trait: string; count: number; seconds: number },
): Promise<{ song: number; audio: Audio }[]> {
  const clips: { song: number; audio: Audio }[] = [];
  for await (const { song, without } of itemsOf(recordedPairs(lab, use, wish))) {
    lab.signal?.throwIfAborted();
    clips.push({ song, audio: without });
  }
  return clips;
}

/**
 * Prompts without an instrument, of the lab's test songs; there may be fewer than asked for. The songs come in turn.
 * @param beside another trait, which the prompts are to have
 * @throws Error as `dataPrompts` does
 */
export async function recordedPrompts(
  lab: Lab,
  trait: string,
  count: number,
  beside?: string,
): Promise<CaptionedPrompt[]> {
  const { data, model, profile, seed } = lab;
  const found = await dataPrompts(data, {
    ...{ trait, beside, count, seconds: profile.promptSeconds, seed, rate: model.sampleRate },
    onProgress: telling(lab, `prompts without ${trait}`),
  });
  const songs = [...new Set(found.map(({ song }) => song))];
  return inTurn(found, ({ song }) => song).map(({ song, place, audio }) => ({
    id: `${trait}-${song}#${place}`,
    song: songs.indexOf(song),
    trait,
    audio,
    caption: "song",
  }));
}

/** Items of several songs, the first of each, then the second of each, ...: the first few are of many songs. */
export function inTurn<Item>(items: Item[], songOf: (item: Item) => unknown): Item[] {
  const seen = new Map<unknown, number>();
  const turns = items.map((item) => {
    const turn = seen.get(songOf(item)) ?? 0;
    seen.set(songOf(item), turn + 1);
    return { item, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ item }) => item);
}
