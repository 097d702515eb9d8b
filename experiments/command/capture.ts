import type { Command } from "commander";
import type { tf } from "../../lib/backend";
import type { MusicGen } from "../../lib/model/musicgen";
import { encodeSafetensors, type TensorData } from "../../lib/model/safetensors";
import { site, type Taps } from "../../lib/model/taps";
import { checkTokens, type TokenGrid } from "../../lib/model/tokens";
import { readCodes } from "./codesFile";
import { addModel } from "./options";
import { checkOutputs, writeOutputs } from "./output";

interface Options {
  model?: string;
  codes: string;
  out: string;
  allSteps?: boolean;
  logits?: boolean;
}

export function addCapture(program: Command): void {
  addModel(program.command("capture"))
    .summary("z of every head while the decoder reads codes")
    .description(
      "z of every head while the decoder reads codes as they are: no delay shift, no text. The padding code (the\n" +
        "vocabulary's size) may stand among them, so a delayed sequence can be fed too.",
    )
    .requiredOption("--codes <json>", '{"codes": [[...steps] per codebook]}')
    .requiredOption(
      "--out <safetensors>",
      "where the tensor z goes: [layers, heads, headDim] at the last step",
    )
    .option("--all-steps", "z at every step: [layers, steps, heads, headDim]")
    .option("--logits", "the tensor logits too: [codebooks, steps, vocabulary]")
    .action(capture);
}

async function capture({ model: name, codes: path, out, allSteps, logits }: Options): Promise<void> {
  checkOutputs(out);
  const grid = readCodes(path);
  const { loadMusicGen } = await import("../../lib/model/load");
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
