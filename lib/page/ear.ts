import type { Audio } from "../audio/audio";
import { resample } from "../audio/resample";
import type { OnProgress } from "../jobs/progress";
import { random } from "../math/random";
import type { MusicGen } from "../model/musicgen";
import { bandPairs } from "../music/pairs";
import type { Instrument } from "../music/song";
import type { HeadActivations } from "../probes/activations";
import { captureHeads } from "../probes/capture";
import { encodeProbes } from "../probes/format";
import type { ProbeSet } from "../probes/probe";
import { ranked } from "../probes/probe";
import { trainProbes } from "../probes/train";
import { gridOf } from "./grid";
import type { ClipOfPage, Trained } from "./protocol";

/** How many clips each tray needs before it can be learned from. */
export const fewest = 5;
/** Clips are listened to for so many seconds. */
export const clipSeconds = 3;

/** Let the studio band play clips with an instrument, or without it. */
export async function bandClips(
  { trait, has, count, seed }: { trait: string; has: boolean; count: number; seed: number },
  onProgress: OnProgress,
): Promise<ClipOfPage[]> {
  const pairs = await bandPairs({
    trait: trait as Instrument,
    count: 2 * count,
    seed: 100 + seed,
    onProgress,
  });
  const songs = pairs.filter((pair, i) => pair.song !== pairs[i - 1]?.song).slice(0, count); // one clip a song
  return songs.map((pair) => (has ? pair.with : pair.without));
}

/**
 * Probes of clips that were sorted by ear: as many of each kind as the smaller tray holds. Every clip counts as a song of its
 * own, so that those that are asked were never learned from.
 * @throws Error on trays with fewer than five clips
 */
export async function trainByEar(
  model: MusicGen,
  trays: { trait: string; with: ClipOfPage[]; without: ClipOfPage[] },
  onProgress: OnProgress,
): Promise<Trained & { probes: ProbeSet }> {
  const count = Math.min(trays.with.length, trays.without.length);
  if (count < fewest)
    throw new Error(`Each tray needs at least ${fewest} clips; the smaller one has ${count}.`);
  const pairs = Array.from({ length: count }, (_, song) => ({
    with: clipOf(trays.with[song], model.sampleRate),
    without: clipOf(trays.without[song], model.sampleRate),
    trait: trays.trait,
    song,
  }));
  const recipe = `${count} clips with and ${count} without ${trays.trait}, sorted by ear in the page`;
  const activations = await captureHeads(model, pairs, { recipe, onProgress });
  const probes = trainProbes(activations, { seed: 1 });
  const [{ layer, head, accuracy, interval }] = ranked(probes.heads);
  return {
    trait: trays.trait,
    count,
    grid: gridOf(probes),
    text: encodeProbes(probes),
    best: { layer, head, accuracy, low: interval[0], high: interval[1] },
    chance: bestByChance(activations, accuracy),
    probes,
  };
}

/** How many shufflings of the labels are tried. */
const shufflings = 39;

/**
 * Of many heads one is right by luck: in how many shufflings of the labels (with and without swapped in pairs drawn by lot) the
 * best head does as well as it did. A permutation test, whose p is (reached + 1) / (tries + 1).
 */
function bestByChance(activations: HeadActivations, accuracy: number): Trained["chance"] {
  const uniform = random(1);
  let reached = 0;
  for (let i = 0; i < shufflings; i++) {
    const swapped = new Map<number, boolean>();
    const isSwapped = (pair: number) => {
      if (!swapped.has(pair)) swapped.set(pair, uniform() < 0.5);
      return swapped.get(pair);
    };
    const labels = activations.labels.map((label, clip) =>
      isSwapped(activations.pair[clip]) ? 1 - label : label,
    );
    const [best] = ranked(trainProbes({ ...activations, labels }, { seed: 1 }).heads);
    if (best.accuracy >= accuracy) reached++;
  }
  return { reached, tries: shufflings };
}

/** The last seconds of a clip at the model's rate: a probe reads what its end has come to. */
function clipOf(clip: Audio, rate: number): Audio {
  const { samples, sampleRate } = resample(clip, rate);
  return { samples: samples.slice(Math.max(0, samples.length - clipSeconds * sampleRate)), sampleRate };
}
