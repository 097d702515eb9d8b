import { loadMusicGen } from "../loadMusicGen";
import { checkTokens } from "../model/generate/tokens";
import { readCodes } from "./codesFile";
import { checkOutputs, writeOutputs } from "./output";
import { soundFile } from "./sound";

export interface DecodeOptions {
  model?: string;
  codes: string;
  out: string;
  float?: boolean;
}

/** `smitin decode`: a file of codes to a WAV file. */
export async function decode({ model: name, codes: path, out, float }: DecodeOptions): Promise<void> {
  checkOutputs(out);
  const grid = readCodes(path);
  const { codec, sampleRate } = await loadMusicGen(name);
  const { numQuantizers, codebookSize } = codec.config;
  checkTokens(grid, Math.min(grid.length, numQuantizers), codebookSize, path);
  if (grid[0].length === 0) throw new RangeError(`${path}: expected at least one frame, found none`);
  const [samples] = codec.decode([grid]);
  writeOutputs([soundFile(out, { samples, sampleRate }, float)]);
}
