import { dataPrompts } from "../../lib/music/dataPrompts";
import type { Dataset } from "../../lib/music/dataset";
import { describeData, openPairs } from "../../lib/music/openData";
import type { Pair } from "../../lib/music/pairs";
import type { Lab } from "./lab";
import type { Profile } from "./profile";
import type { CaptionedPrompt } from "./songs";

/** Is the lab's music recorded, and not the studio band's? */
export function isRecorded({ data }: Pick<Lab, "data">): boolean {
  return data !== "studio";
}

/** One training song in so many is kept apart from the probes, for what takes are compared with. */
const apart = 5;

/**
 * Pairs of the lab's recorded songs: of training songs, for probes, or of those kept apart, for references. Prompts are of test
 * songs: no song serves two ends.
 * @throws Error as `openPairs` does, and when there are too few training songs to keep one apart
 */
export function recordedPairs(
  { data, model, seed }: Pick<Lab, "data" | "model" | "seed">,
  use: "probes" | "reference",
  wish: { trait: string; count: number; seconds: number },
): Dataset<Pair> {
  const all = openPairs(data, { ...wish, seed, rate: model.sampleRate, split: "train" });
  const songs = all.parts.length;
  if (songs < 3)
    throw new Error(
      `data: expected at least 3 training songs, one of them to be kept apart for references, found ${songs}`,
    );
  const parts = all.parts.filter((_, song) => (song % apart === 0) === (use === "reference"));
  const recipe = `${all.recipe}; ${parts.length} of its ${songs} songs, the others ${use === "probes" ? "kept apart" : "for probes"}`;
  return { ...all, parts, recipe, key: [use, apart, all.key] };
}

/**
 * Prompts without an instrument, of the lab's test songs; there may be fewer than asked for. As many as the profile's largest
 * experiment needs are always read, so that the first few do not depend on who asks; the songs come in turn.
 * @throws Error as `dataPrompts` does
 */
export async function recordedPrompts(lab: Lab, trait: string, count: number): Promise<CaptionedPrompt[]> {
  const { data, model, profile, seed } = lab;
  const asked = Math.max(count, mostPrompts(profile));
  const found = await dataPrompts(data, {
    ...{ trait, count: asked, seconds: profile.promptSeconds, seed, rate: model.sampleRate },
    onProgress(done) {
      lab.signal?.throwIfAborted();
      lab.onProgress?.({ what: `prompts without ${trait}`, done, total: asked });
    },
  });
  const songs = [...new Set(found.map(({ song }) => song))];
  const seen = new Map<string, number>();
  return inTurn(found, ({ song }) => song).map(({ song, audio }) => {
    const place = (seen.get(song) ?? 0) + 1;
    seen.set(song, place);
    return { id: `${trait}-${song}#${place}`, song: songs.indexOf(song), trait, audio, caption: "song" };
  });
}

/** What a reader must know of recorded music's results; nothing of the studio band's. */
export function dataNotes(lab: Lab): string[] {
  if (!isRecorded(lab)) return [];
  const { judge, data } = lab;
  return [
    `Music: ${describeData(data)}. Probes are trained on four of five training songs, Frechet distances taken to the others, prompts cut from test songs.`,
    ...(judge.isBundled
      ? [
          "Success is judged by the bundled judge, which knows the studio band's sounds only; traits that it does not know are not judged.",
        ]
      : []),
  ];
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

function mostPrompts(profile: Profile): number {
  const { continuation, monitorTrace, dataSize, directionChoice, tradeOff, severalTraits, synthetic } =
    profile;
  const sizes = [continuation, monitorTrace, dataSize, directionChoice, tradeOff, severalTraits, synthetic];
  return Math.max(...sizes.map(({ prompts }) => prompts));
}
