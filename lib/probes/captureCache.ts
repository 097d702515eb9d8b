import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeAtomically } from "../file";
import { diskFile } from "../model/files";
import { encodeSafetensors, openSafetensors, type TensorData } from "../model/safetensors";
import { addToTally, type Dataset, describeTally, emptyTally, nothing, share } from "../music/dataset";
import type { Pair } from "../music/pairs";
import { type Clip, unitOf } from "../music/quantity";
import { checkShard, type Shard } from "../shard";
import type { HeadActivations, ValueActivations } from "./activations";
import { captureClips, captureHeads, originOf, type SoundModel } from "./capture";

export interface CacheOptions {
  /** where captures are kept; false keeps none. Default: data/cache/captures of the project */
  cache?: string | false;
  /** clips read by the decoder at once */
  batch?: number;
  /** pairs or clips so far, of how many were asked for */
  onProgress?: (done: number, total: number) => void;
  /** capture every nth song only, beside other processes that share the cache */
  shard?: Shard;
}

export const capturesFolder = resolve(__dirname, "../../data/cache/captures");

/**
 * `captureHeads` for a data set: its songs are read, captured and let go one after the other. What a song gave is kept on disk
 * (a safetensors file each, whole or not at all), in a folder named by the model, the data's files and the recipe: a run
 * that was killed goes on where it was, and the next one reads nothing but that. With a shard this process captures its
 * songs only (it reads the others, to count their clips).
 * @returns undefined as long as songs of other shards are missing in the cache
 * @throws Error when the data hold no pair; naming a sound file that is damaged; on a shard without a cache
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
  const captured = await captureParts(model, data, 2, options, async (pairs) => {
    const heads = await captureHeads(model, pairs, { batch: options.batch });
    return {
      z: heads.z,
      group: heads.group!,
      values: Float32Array.from(heads.labels),
      clips: heads.shape[0],
    };
  });
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

/** `captureClips` for a data set: songs one after the other, kept on disk as `capturePairs` does. Throws as it does. */
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
  const captured = await captureParts(model, data, 1, options, async (clips) => {
    const heads = await captureClips(model, clips, { batch: options.batch });
    return { z: heads.z, group: heads.group!, values: heads.values, clips: clips.length };
  });
  if (!captured) return undefined;
  const { z, shape, group, values, recipe } = captured;
  const unit = unitOf[data.trait as Clip["trait"]];
  return { z, shape, values, unit, group, trait: data.trait, ...originOf(model), recipe };
}

/** What is kept of a part of the data. */
interface Captured {
  clips: number;
  z: Float32Array; // [clips, layers, heads, headDim]
  group: Int32Array; // [clips]
  /** labels, or values of a continuous trait */
  values: Float32Array; // [clips]
}

interface Kept extends Captured {
  items: number;
  windows: number;
  lacks?: string;
}

/** To be raised when z comes to mean something else. */
const VERSION = 1;

async function captureParts<Item>(
  model: SoundModel,
  data: Dataset<Item>,
  perItem: number,
  options: CacheOptions,
  capture: (items: Item[]) => Promise<Captured>,
): Promise<(Omit<Captured, "clips"> & Pick<HeadActivations, "shape" | "recipe">) | undefined> {
  const { cache = capturesFolder, onProgress, shard } = options;
  if (shard) checkShard(shard);
  if (shard && cache === false) throw new Error("shard: expected a cache that all shards share, found none");
  const { layers, heads, headDim } = model;
  const size = layers * heads * headDim;
  const folder = cache === false ? undefined : join(cache, keyOf(model, data));
  if (folder) {
    const about = { version: VERSION, model: originOf(model).model, recipe: data.recipe, data: data.key };
    writeAtomically(join(folder, "capture.json"), `${JSON.stringify(about, null, 2)}\n`);
  }
  const tally = emptyTally();
  const missing: string[] = []; // of other shards
  const most = data.count * perItem;
  const all = {
    z: new Float32Array(most * size),
    group: new Int32Array(most),
    values: new Float32Array(most),
  };
  for (const [i, part] of data.parts.entries()) {
    if (tally.items >= data.count) break;
    const path = folder && join(folder, `${String(i).padStart(5, "0")}.safetensors`);
    let kept = path ? readKept(path, part.name, size, perItem) : undefined;
    if (!kept) {
      const wanted = share(data.count, tally.items, data.parts.length - i);
      const { items, windows = 0, lacks } = await part.read(wanted, tally.items);
      const empty = { clips: 0, z: new Float32Array(), group: new Int32Array(), values: new Float32Array() };
      const isMine = !shard || i % shard.of === shard.part - 1;
      if (!isMine) missing.push(path!);
      const captured = isMine && items.length > 0 ? await capture(items) : empty;
      kept = { ...captured, items: items.length, windows, lacks };
      if (path && isMine) writeAtomically(path, encodeKept(kept, part.name, [layers, heads, headDim]));
    }
    const at = tally.items * perItem;
    all.z.set(kept.z, at * size);
    all.group.set(kept.group, at);
    all.values.set(kept.values, at);
    addToTally(tally, kept);
    onProgress?.(tally.items, data.count);
  }
  if (tally.items === 0) throw new Error(nothing(data, tally));
  if (missing.length > 0) {
    const isThere = missing.every((path) => existsSync(path)); // by now
    return isThere
      ? captureParts(model, data, perItem, { ...options, shard: undefined }, capture)
      : undefined;
  }
  const clips = tally.items * perItem;
  const shape: HeadActivations["shape"] = [clips, layers, heads, headDim];
  return {
    z: all.z.subarray(0, clips * size),
    shape,
    group: all.group.subarray(0, clips),
    values: all.values.subarray(0, clips),
    recipe: `${data.recipe}; ${describeTally(tally, data)}`,
  };
}

function keyOf(model: SoundModel, data: Dataset<unknown>): string {
  const { fingerprint, layers, heads, headDim, sampleRate } = model;
  const key = [VERSION, fingerprint, layers, heads, headDim, sampleRate, data.key];
  return createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 24);
}

function encodeKept(kept: Kept, part: string, shape: number[]): Uint8Array {
  const { clips, z, group, values, items, windows, lacks } = kept;
  const tensors: Record<string, TensorData> = {
    z: { shape: [clips, ...shape], data: z },
    group: { shape: [clips], data: group },
    values: { shape: [clips], data: values },
  };
  return encodeSafetensors(tensors, { metadata: { about: JSON.stringify({ part, items, windows, lacks }) } });
}

/** What was kept of a part; undefined when there is nothing, or nothing that can be used: it is then made anew. */
function readKept(path: string, part: string, size: number, perItem: number): Kept | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const file = openSafetensors(diskFile(path));
    const about = JSON.parse(file.metadata.about ?? "{}");
    const [z, group, values] = [file.read("z"), file.readIntegers("group"), file.read("values")];
    const clips = group.length;
    const fits = z.length === clips * size && values.length === clips && about.items * perItem === clips;
    if (about.part !== part || !fits) return undefined;
    return { clips, z, group, values, items: about.items, windows: about.windows, lacks: about.lacks };
  } catch {
    return undefined;
  }
}
