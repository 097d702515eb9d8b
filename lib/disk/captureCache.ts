import type { Dataset } from "../music/dataset";
import type { Pair } from "../music/pairs";
import type { Clip } from "../music/quantity";
import type { HeadActivations, ValueActivations } from "../probes/activations";
import type { SoundModel } from "../probes/capture";
import {
  type CaptureDataOptions,
  capturePairs as capturePairsTo,
  captureValues as captureValuesTo,
} from "../probes/captureData";
import { cacheFolder } from "./cacheFolder";
import { captureStoreIn } from "./captureStore";

export interface CacheOptions extends Omit<CaptureDataOptions, "store"> {
  /** where captures are kept; false keeps none. Default: captures in the folder of caches (`cacheFolder`) */
  cache?: string | false;
}

export const capturesFolder = cacheFolder("captures");

/**
 * `capturePairs` of lib/probes, with what a song gave kept on disk (a safetensors file each, whole or not at all), in a folder
 * named by the model, the data's files and the recipe.
 * @returns undefined as long as songs of other shards are missing in the cache
 * @throws Error as it does; errors of the file system
 */
export async function capturePairs(
  model: SoundModel,
  data: Dataset<Pair>,
  options?: CacheOptions & { shard?: undefined },
): Promise<HeadActivations>;
export async function capturePairs(
  model: SoundModel,
  data: Dataset<Pair>,
  options: CacheOptions,
): Promise<HeadActivations | undefined>;
export async function capturePairs(
  model: SoundModel,
  data: Dataset<Pair>,
  options: CacheOptions = {},
): Promise<HeadActivations | undefined> {
  return capturePairsTo(model, data, kept(options));
}

/** `captureValues` of lib/probes, kept on disk as `capturePairs` does. Throws as it does. */
export async function captureValues(
  model: SoundModel,
  data: Dataset<Clip>,
  options?: CacheOptions & { shard?: undefined },
): Promise<ValueActivations>;
export async function captureValues(
  model: SoundModel,
  data: Dataset<Clip>,
  options: CacheOptions,
): Promise<ValueActivations | undefined>;
export async function captureValues(
  model: SoundModel,
  data: Dataset<Clip>,
  options: CacheOptions = {},
): Promise<ValueActivations | undefined> {
  return captureValuesTo(model, data, kept(options));
}

function kept({ cache = capturesFolder, ...options }: CacheOptions): CaptureDataOptions {
  return { ...options, store: cache === false ? undefined : captureStoreIn(cache) };
}
