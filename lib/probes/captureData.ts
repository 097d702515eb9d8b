import { pauser } from "../jobs/interruption";
import type { OnProgress } from "../jobs/progress";
import { checkShard, type Shard } from "../jobs/shard";
import { askParts, type Dataset, describeTally, emptyTally, nothing, type PartWish } from "../music/dataset";
import type { Pair } from "../music/pairs";
import { type Clip, unitOf } from "../music/quantity";
import type { HeadActivations, ValueActivations } from "./activations";
import { originOf, type SoundModel } from "./capture";
import { type Captured, encodePart } from "./capturedPart";
import { clipItems, type ItemKind, makePart, type OpenCaptureStore, pairItems } from "./captureParts";

export interface CaptureDataOptions {
  /** Where captures are kept. Default: nowhere. */
  store?: OpenCaptureStore;
  /** clips read by the decoder at once */
  batch?: number;
  /** stops the work, which then throws the signal's reason; songs that are captured stay in the store */
  signal?: AbortSignal;
  /** pairs or clips so far, of how many were asked for */
  onProgress?: OnProgress;
  /** capture every nth song only, beside other processes that share the store */
  shard?: Shard;
}

/**
 * `captureHeads` for a data set: its songs are read, captured and let go one after the other. With a store, what a song gave is
 * kept in it: a run that was stopped goes on where it was, and the next one reads nothing but that. With a shard this process
 * captures its songs only (it reads the others, to count their clips).
 * @returns undefined as long as songs of other shards are missing in the store
 * @throws Error when the data hold no pair; naming a sound file that is damaged; on a shard without a store
 */
export async function capturePairs(
  model: SoundModel,
  data: Dataset<Pair>,
  options?: CaptureDataOptions & { shard?: undefined },
): Promise<HeadActivations>;
export async function capturePairs(
  model: SoundModel,
  data: Dataset<Pair>,
  options: CaptureDataOptions,
): Promise<HeadActivations | undefined>;
export async function capturePairs(
  model: SoundModel,
  data: Dataset<Pair>,
  options: CaptureDataOptions = {},
): Promise<HeadActivations | undefined> {
  const captured = await captureParts(model, data, pairItems, options);
  if (!captured) return undefined;
  const { z, shape, group, recipe } = captured;
  return {
    z,
    shape,
    labels: Uint8Array.from(group, (_, clip) => 1 - (clip % 2)),
    pair: Int32Array.from(group, (_, clip) => clip >> 1),
    group,
    trait: data.trait,
    ...originOf(model),
    recipe,
  };
}

/** `captureClips` for a data set: songs one after the other, kept as `capturePairs` does. Throws as it does. */
export async function captureValues(
  model: SoundModel,
  data: Dataset<Clip>,
  options?: CaptureDataOptions & { shard?: undefined },
): Promise<ValueActivations>;
export async function captureValues(
  model: SoundModel,
  data: Dataset<Clip>,
  options: CaptureDataOptions,
): Promise<ValueActivations | undefined>;
export async function captureValues(
  model: SoundModel,
  data: Dataset<Clip>,
  options: CaptureDataOptions = {},
): Promise<ValueActivations | undefined> {
  const captured = await captureParts(model, data, clipItems, options);
  if (!captured) return undefined;
  const { z, shape, group, values, recipe } = captured;
  const unit = unitOf[data.trait as Clip["trait"]];
  return { z, shape, values, unit, group, trait: data.trait, ...originOf(model), recipe };
}

async function captureParts<Item>(
  model: SoundModel,
  data: Dataset<Item>,
  kind: ItemKind<Item>,
  options: CaptureDataOptions,
): Promise<(Omit<Captured, "clips"> & Pick<HeadActivations, "shape" | "recipe">) | undefined> {
  const { batch, signal, onProgress, shard } = options;
  if (shard) checkShard(shard);
  if (shard && !options.store) throw new Error("shard: expected a cache that all shards share, found none");
  const store = options.store?.(model, data, kind.clips);
  const { layers, heads, headDim } = model;
  const size = layers * heads * headDim;
  const most = data.count * kind.clips;
  const all = {
    z: new Float32Array(most * size),
    group: new Int32Array(most),
    values: new Float32Array(most),
  };
  const missing: PartWish[] = []; // of other shards
  const give = async (wish: PartWish) => {
    const known = store?.read(wish);
    if (known) return known;
    if (shard && wish.part % shard.of !== shard.part - 1) {
      missing.push(wish);
      return makePart(data, wish);
    }
    const kept = await makePart(data, wish, (items) => kind.capture(model, items, { batch, signal }));
    store?.write(wish, encodePart(model, data.parts[wish.part].name, kept));
    return kept;
  };
  const tally = emptyTally();
  const pause = pauser(signal);
  for await (const { given, at: first } of askParts(data, tally, give)) {
    const at = first * kind.clips;
    all.z.set(given.z, at * size);
    all.group.set(given.group, at);
    all.values.set(given.values, at);
    onProgress?.(tally.items, data.count);
    await pause();
  }
  if (tally.items === 0) throw new Error(nothing(data, tally));
  if (missing.length > 0) {
    const isThere = missing.every((wish) => store!.has(wish)); // by now
    return isThere ? captureParts(model, data, kind, { ...options, shard: undefined }) : undefined;
  }
  const clips = tally.items * kind.clips;
  return {
    z: all.z.subarray(0, clips * size),
    shape: [clips, layers, heads, headDim],
    group: all.group.subarray(0, clips),
    values: all.values.subarray(0, clips),
    recipe: `${data.recipe}; ${describeTally(tally, data)}`,
  };
}
