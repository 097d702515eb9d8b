import type { tf } from "../engine";
import { loadMusicGen } from "../loadMusicGen";
import { encodeSafetensors, type TensorData } from "../model/checkpoint/safetensors";
import { checkTokens, type TokenGrid } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";
import { site, type Taps } from "../model/taps";
import { readCodes } from "./codesFile";
import { checkOutputs, writeOutputs } from "./output";

export interface CaptureOptions {
  model?: string;
  codes: string;
  out: string;
  allSteps?: boolean;
  logits?: boolean;
}

/** `smitin capture`: z of every head, and the logits, while the decoder reads a file of codes as they are. */
export async function capture({
  model: name,
  codes: path,
  out,
  allSteps,
  logits,
}: CaptureOptions): Promise<void> {
  checkOutputs(out);
  const grid = readCodes(path);
  const model = await loadMusicGen(name);
  checkTokens(grid, model.codebooks, model.vocabulary + 1, path);
  if (grid[0].length === 0) throw new RangeError(`${path}: expected at least one step, found none`);
  const tensors = read(model, grid, allSteps === true, logits === true);
  const about = Object.entries(tensors).map(([tensor, { shape }]) => `${tensor} [${shape.join(", ")}]`);
  writeOutputs([{ path: out, data: encodeSafetensors(tensors), about: about.join(", ") }]);
}

/** z, and the logits when asked for, of one pass over a grid. */
function read(
  model: MusicGen,
  grid: TokenGrid,
  allSteps: boolean,
  logits: boolean,
): Record<string, TensorData> {
  const { layers, heads, headDim, codebooks, vocabulary } = model;
  const steps = grid[0].length;
  const kept = allSteps ? steps : 1;
  const size = kept * heads * headDim;
  const z = new Float32Array(layers * size);
  const taps: Taps = new Map();
  for (let layer = 0; layer < layers; layer++) {
    taps.set(site(layer, "selfAttention.z"), (value) => {
      z.set(lastPositions(value, kept), layer * size);
      return undefined;
    });
  }
  const output = model.decoder.prefill([grid], {
    taps,
    logits,
    lastOnly: !allSteps && !logits,
    stopAfter: logits ? undefined : site(layers - 1, "selfAttention.z"),
  });
  const shape = allSteps ? [layers, steps, heads, headDim] : [layers, heads, headDim];
  if (!output) return { z: { shape, data: z } };
  const byCodebook = output.transpose([0, 2, 1, 3]); // [1, codebooks, steps, vocabulary]
  const data = byCodebook.dataSync<"float32">();
  return { z: { shape, data: z }, logits: { shape: [codebooks, steps, vocabulary], data } };
}

/** Numbers of the last few positions: [1, positions, heads, headDim] -> [count, heads, headDim] */
function lastPositions(z: tf.Tensor, count: number): Float32Array {
  const [, positions, heads, headDim] = z.shape;
  return z.slice([0, positions - count, 0, 0], [1, count, heads, headDim]).dataSync<"float32">();
}
