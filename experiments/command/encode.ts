import type { Command } from "commander";
import { duration } from "../../lib/audio/audio";
import { resample } from "../../lib/audio/resample";
import { readWav } from "../../lib/audio/wav";
import { encodeCodes } from "./codesFile";
import { addModel } from "./options";
import { checkOutputs, writeOutputs } from "./output";

interface Options {
  model?: string;
  audio: string;
  out: string;
}

export function addEncode(program: Command): void {
  addModel(program.command("encode"))
    .description("sound to codes: a WAV file, of any sample rate, through the model's codec")
    .requiredOption("--audio <wav>", "the sound")
    .requiredOption("--out <json>", 'where {"codes": [[...frames] per codebook]} goes')
    .action(encode);
}

async function encode({ model: name, audio: path, out }: Options): Promise<void> {
  checkOutputs(out);
  const audio = readWav(path);
  const { loadMusicGen } = await import("../../lib/model/load");
  const model = await loadMusicGen(name);
  const [grid] = model.codec.encode([resample(audio, model.sampleRate).samples]);
  const about = `${grid.length} codebooks, ${grid[0].length} frames of ${duration(audio).toFixed(2)} s`;
  writeOutputs([{ path: out, data: encodeCodes(grid), about }]);
}
