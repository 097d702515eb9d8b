import { diskFile } from "../disk/folder";
import { tf } from "../engine";
import { openSafetensors } from "../model/checkpoint/safetensors";
import type { MusicGen } from "../model/musicgen";
import { site, staged, type Taps } from "../model/taps";

/** What `generate --add` adds to z. */
export interface AddedTensor {
  path: string;
  shape: number[];
  values: Float32Array; // [layers, heads, headDim]
}

/** @throws Error naming the file unless it holds a tensor `steer` of finite floats in three dimensions */
export function readAddedTensor(path: string): AddedTensor {
  const file = openSafetensors(diskFile(path));
  const values = file.read("steer");
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new Error(`${path}: steer: expected finite numbers, found ${values[wrong]} at ${wrong}`);
  return { path, shape: file.shape("steer"), values };
}

/**
 * Taps that add it to z, in every row, at every position or at new ones only.
 * @throws Error naming the file when the model has other layers or heads
 */
export function addedTensorTaps(model: MusicGen, added: AddedTensor, newOnly: boolean): Taps {
  const { path, shape, values } = added;
  const { layers, heads, headDim } = model;
  if (shape.join() !== [layers, heads, headDim].join()) {
    throw new Error(
      `${path}: steer: expected [${layers}, ${heads}, ${headDim}] (layers, heads, headDim), found [${shape.join(", ")}]`,
    );
  }
  const size = heads * headDim;
  const vectors = Array.from({ length: layers }, (_, layer) =>
    tf.tensor2d(values.slice(layer * size, (layer + 1) * size), [heads, headDim]),
  );
  const tap = staged({
    change: ({ layer, prefill }) => (newOnly && prefill ? undefined : { shift: vectors[layer] }),
  });
  return new Map(vectors.map((_, layer) => [site(layer, "selfAttention.z"), tap]));
}
