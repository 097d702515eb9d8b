import { duration } from "../audio/audio";
import { resample } from "../audio/resample";
import { readAudio } from "../disk/soundFile";
import { loadMusicGen } from "../loadMusicGen";
import { encodeCodes } from "./codesFile";
import { checkOutputs, writeOutputs } from "./output";

export interface EncodeOptions {
  model?: string;
  audio: string;
  out: string;
}

/** `smitin encode`: a sound file to a file of codes. */
export async function encode({ model: name, audio: path, out }: EncodeOptions): Promise<void> {
  checkOutputs(out);
  const audio = await readAudio(path);
  const model = await loadMusicGen(name);
  const [grid] = model.codec.encode([resample(audio, model.sampleRate).samples]);
  const about = `${grid.length} codebooks, ${grid[0].length} frames of ${duration(audio).toFixed(2)} s`;
  writeOutputs([{ path: out, data: encodeCodes(grid), about }]);
}
