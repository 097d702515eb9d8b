import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors, openSafetensors, type TensorData } from "../model/checkpoint/safetensors";
import type { Dataset, PartWish } from "../music/dataset";
import { originOf, type SoundModel } from "../probes/capture";
import { diskFile } from "./folder";
import { writeAtomically } from "./writeAtomically";

/** What the heads made of some clips. */
export interface Captured {
  clips: number;
  z: Float32Array; // [clips, layers, heads, headDim]
  group: Int32Array; // [clips]
  /** labels, or values of a continuous trait */
  values: Float32Array; // [clips]
}

/** What is kept of a part of a data set, of one round. */
export interface Kept extends Captured {
  items: number;
  /** undefined where there is no test of energy */
  windows?: number;
  lacks?: string;
}

/** The captures of one data set by one model: a safetensors file a part and round, whole or not at all. */
export interface CaptureStore {
  /** What was kept of a part; undefined when there is nothing, or nothing that can be used: it is then made anew. */
  read(wish: PartWish): Kept | undefined;
  has(wish: PartWish): boolean;
  /** @param bytes what `encodePart` made */
  write(wish: PartWish, bytes: Uint8Array): void;
}

/** To be raised when z comes to mean something else. */
const VERSION = 1;

/**
 * Open the folder that is named by the model, the data's files and the recipe.
 * @param perItem clips of an item
 */
export function openCaptureStore<Item>(
  model: SoundModel,
  data: Dataset<Item>,
  perItem: number,
  cache: string,
): CaptureStore {
  const { layers, heads, headDim } = model;
  const folder = join(cache, captureKey(model, data));
  const about = { version: VERSION, model: originOf(model).model, recipe: data.recipe, data: data.key };
  writeAtomically(join(folder, "capture.json"), `${JSON.stringify(about, null, 2)}\n`);
  const path = ({ part, given }: PartWish) => {
    const later = given > 0 ? `-from-${given}` : "";
    return join(folder, `${String(part).padStart(5, "0")}${later}.safetensors`);
  };
  return {
    read: (wish) => readKept(path(wish), data.parts[wish.part].name, layers * heads * headDim, perItem),
    has: (wish) => existsSync(path(wish)),
    write: (wish, bytes) => writeAtomically(path(wish), bytes),
  };
}

/** The same for the same model and the same clips, on every machine that has the files. */
export function captureKey(model: SoundModel, data: Dataset<unknown>): string {
  const { fingerprint, layers, heads, headDim, sampleRate } = model;
  const key = [VERSION, fingerprint, layers, heads, headDim, sampleRate, data.key];
  return createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 24);
}

/** A part as its file's bytes. @param part its name */
export function encodePart({ layers, heads, headDim }: SoundModel, part: string, kept: Kept): Uint8Array {
  const { clips, z, group, values, items, windows, lacks } = kept;
  const tensors: Record<string, TensorData> = {
    z: { shape: [clips, layers, heads, headDim], data: z },
    group: { shape: [clips], data: group },
    values: { shape: [clips], data: values },
  };
  return encodeSafetensors(tensors, { metadata: { about: JSON.stringify({ part, items, windows, lacks }) } });
}

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
