import type { RandomAccessFile } from "../files/file";
import { sha256 } from "../math/hash";
import { encodeSafetensors, openSafetensors, type TensorData } from "../model/checkpoint/safetensors";
import type { Dataset } from "../music/dataset";
import type { SoundModel } from "./capture";

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

/** To be raised when z comes to mean something else. */
export const CAPTURE_VERSION = 1;

/** The same for the same model and the same clips, on every machine that has the files. */
export function captureKey(model: SoundModel, data: Dataset<unknown>): string {
  const { fingerprint, layers, heads, headDim, sampleRate } = model;
  const key = [CAPTURE_VERSION, fingerprint, layers, heads, headDim, sampleRate, data.key];
  return sha256([new TextEncoder().encode(JSON.stringify(key))]).slice(0, 24);
}

/** A part as its file's bytes (safetensors). @param part its name */
export function encodePart({ layers, heads, headDim }: SoundModel, part: string, kept: Kept): Uint8Array {
  const { clips, z, group, values, items, windows, lacks } = kept;
  const tensors: Record<string, TensorData> = {
    z: { shape: [clips, layers, heads, headDim], data: z },
    group: { shape: [clips], data: group },
    values: { shape: [clips], data: values },
  };
  return encodeSafetensors(tensors, { metadata: { about: JSON.stringify({ part, items, windows, lacks }) } });
}

/**
 * What `encodePart` made.
 * @param part its name
 * @param perItem clips of an item
 * @returns undefined when the file is damaged, or another model's or part's: it is then made anew
 */
export function decodePart(
  { layers, heads, headDim }: SoundModel,
  part: string,
  perItem: number,
  file: RandomAccessFile,
): Kept | undefined {
  try {
    const tensors = openSafetensors(file);
    const about = JSON.parse(tensors.metadata.about ?? "{}");
    const [z, group, values] = [tensors.read("z"), tensors.readIntegers("group"), tensors.read("values")];
    const clips = group.length;
    const isWhole = z.length === clips * layers * heads * headDim && values.length === clips;
    if (about.part !== part || !isWhole || about.items * perItem !== clips) return undefined;
    return { clips, z, group, values, items: about.items, windows: about.windows, lacks: about.lacks };
  } catch {
    return undefined;
  }
}
