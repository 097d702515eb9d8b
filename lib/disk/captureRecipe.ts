import { resolve } from "node:path";
import type { MixPairOptions } from "../music/mixPairs";
import type { SplitOptions } from "../music/openData";
import { type Quantity, quantities } from "../music/quantity";
import type { SoundModel } from "../probes/capture";
import { captureKey } from "../probes/capturedPart";
import { type CaptureWork, captureWork, clipItems, pairItems } from "../probes/captureParts";
import type { ModelIdentity } from "../probes/probe";
import { openClips, openPairs } from "./openData";

/** Which clips of a data set; the sample rate is the model's. */
export type ClipWish = Omit<MixPairOptions, "rate"> & SplitOptions;

/** The captures of a data set as plain data: with its model and the files, another machine makes the same of them. */
export interface CaptureRecipe {
  kind: "capture";
  version: number;
  /** By the name that `loadMusicGen` was given. */
  model: ModelIdentity;
  /** As for `openPairs`, folders from the root. */
  data: string;
  wish: ClipWish;
  /** Of model, files and recipe. */
  key: string;
}

/** Counts up when recipes come to mean something else. */
const version = 1;

/**
 * The recipe of a capture, and its parts here.
 * @param name what `loadMusicGen` was given
 * @throws as `openPairs` does
 */
export function captureRecipe(
  model: SoundModel,
  name: string,
  data: string,
  wish: ClipWish,
): { recipe: CaptureRecipe; work: CaptureWork } {
  const [kind, ...path] = data.split(":");
  const place = path.length > 0 ? `${kind}:${resolve(path.join(":"))}` : kind;
  const { key, work } = open(model, place, wish);
  const identity = { name, fingerprint: model.fingerprint };
  return { recipe: { kind: "capture", version, model: identity, data: place, wish, key }, work };
}

/**
 * The capture that a recipe asks for.
 * @throws Error when the recipe is another version's, or when the data are not here or other files
 */
export function openCaptureRecipe(model: SoundModel, recipe: CaptureRecipe): CaptureWork {
  if (recipe.version !== version)
    throw new Error(
      `capture: expected a recipe of version ${version}, found ${recipe.version}: update the older lab`,
    );
  const { key, work } = open(model, recipe.data, recipe.wish);
  if (key !== recipe.key)
    throw new Error(
      `${recipe.data}: expected the same files as where the capture was asked for (sizes and dates too), found others`,
    );
  return work;
}

function open(
  model: SoundModel,
  name: string,
  { trait, level, ...wish }: ClipWish,
): { key: string; work: CaptureWork } {
  const rate = model.sampleRate;
  if (quantities.includes(trait as Quantity)) {
    const clips = openClips(name, { ...wish, rate, trait: trait as Quantity });
    return { key: captureKey(model, clips), work: captureWork(model, clips, clipItems) };
  }
  const pairs = openPairs(name, { ...wish, level, rate, trait });
  return { key: captureKey(model, pairs), work: captureWork(model, pairs, pairItems) };
}
