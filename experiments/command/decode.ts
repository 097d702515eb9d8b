import type { Command } from "commander";
import { encodeWav } from "../../lib/audio/wav";
import { checkTokens } from "../../lib/model/tokens";
import { readCodes } from "./codesFile";
import { addModel } from "./options";
import { checkOutputs, writeOutputs } from "./output";

interface Options {
  model?: string;
  codes: string;
  out: string;
  float?: boolean;
}

export function addDecode(program: Command): void {
  addModel(program.command("decode"))
    .description("codes to sound: a WAV file at the model's sample rate")
    .requiredOption("--codes <json>", '{"codes": [[...frames] per codebook]}, all codebooks or the first few')
    .requiredOption("--out <wav>", "where the sound goes")
    .option("--float", "samples as 32-bit floats, nothing rounded or clipped (default: 16-bit integers)")
    .action(decode);
}

async function decode({ model: name, codes: path, out, float }: Options): Promise<void> {
  checkOutputs(out);
  const grid = readCodes(path);
  const { loadMusicGen } = await import("../../lib/model/load");
  const { codec, sampleRate } = await loadMusicGen(name);
  const { numQuantizers, codebookSize } = codec.config;
  checkTokens(grid, Math.min(grid.length, numQuantizers), codebookSize, path);
  if (grid[0].length === 0) throw new RangeError(`${path}: expected at least one frame, found none`);
  const [samples] = codec.decode([grid]);
  const data = encodeWav({ samples, sampleRate }, float ? "float32" : "pcm16");
  const about = `${(samples.length / sampleRate).toFixed(2)} s at ${sampleRate} Hz`;
  writeOutputs([{ path: out, data, about: `${about}${float ? "" : clipping(samples)}` }]);
}

/** A remark when 16-bit samples had to be clipped. */
export function clipping(samples: Float32Array): string {
  const count = samples.reduce((sum, sample) => sum + (Math.abs(sample) > 1 ? 1 : 0), 0);
  return count ? `, ${count} samples beyond full scale clipped (--float keeps them)` : "";
}
