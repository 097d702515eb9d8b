import type { Audio } from "../audio/audio";
import { loadPlan } from "../disk/planFile";
import { readAudio } from "../disk/soundFile";
import { loadMusicGen } from "../loadMusicGen";
import { generate } from "../model/generate/generate";
import { checkTokens, type TokenGrid } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";
import { addedTensorTaps, readAddedTensor } from "./addedTensor";
import { encodeCodes, readCodes } from "./codesFile";
import { bar, checkOutputs, type OutputFile, writeOutputs } from "./output";
import { soundFile } from "./sound";
import { checkSteering, type SteeringFlags, steerBy } from "./steering";

export interface TakeOptions extends SteeringFlags {
  model?: string;
  codes?: string;
  audio?: string;
  text?: string;
  frames: number;
  greedy?: boolean;
  seed?: number;
  temperature?: number;
  topK?: number;
  topP?: number;
  guidance?: number;
  add?: string;
  addFrom?: "start" | "new";
  probes?: string;
  plan?: string;
  out?: string;
  codesOut?: string;
  float?: boolean;
}

/** `smitin generate`: a take to a WAV file and a file of codes. */
export async function generateTake(options: TakeOptions): Promise<void> {
  const { out, codesOut, float, frames, text, greedy, seed, temperature, topK, topP, guidance } = options;
  checkFlags(options);
  checkOutputs(out, codesOut);
  const given = await givenPrompt(options);
  const steering = options.add === undefined ? undefined : readAddedTensor(options.add);
  const plan = options.plan === undefined ? undefined : loadPlan(options.plan);
  const model = await loadMusicGen(options.model);
  const prompt = given && toTokens(model, given, (options.codes ?? options.audio) as string);
  const taps = steering && addedTensorTaps(model, steering, options.addFrom === "new");
  const steer = options.probes === undefined ? plan : steerBy(model, options.probes, options);
  const positions = bar("positions");
  const take = await generate(model, {
    ...{ prompt, text, frames, greedy, seed, temperature, topK, topP, guidance, taps, steer },
    onProgress: positions,
  }).finally(positions.done);
  const files: OutputFile[] = [];
  if (out !== undefined) files.push(soundFile(out, take.audio, float));
  if (codesOut !== undefined) {
    const about = `${take.tokens[0].length} frames, ${take.promptFrames} of them the prompt's`;
    files.push({ path: codesOut, data: encodeCodes(take.tokens), about });
  }
  writeOutputs(files);
}

/** @throws Error on flags that say nothing together */
function checkFlags(options: TakeOptions): void {
  const { out, codesOut, probes, add, addFrom } = options;
  if (out === undefined && codesOut === undefined)
    throw new Error("expected --out <wav>, --codes-out <json> or both, found neither");
  if (probes === undefined) checkSteering(options, "--probes <json>");
  if (add === undefined && addFrom !== undefined)
    throw new Error("--add-from: expected --add <safetensors> with it, found none");
}

async function givenPrompt({ codes, audio }: TakeOptions): Promise<Audio | TokenGrid | undefined> {
  if (codes !== undefined) return readCodes(codes);
  return audio === undefined ? undefined : readAudio(audio);
}

/** The prompt in the model's codes. @throws RangeError naming the prompt's file when the decoder knows no such codes */
function toTokens(model: MusicGen, prompt: Audio | TokenGrid, path: string): Audio | TokenGrid {
  if (Array.isArray(prompt)) checkTokens(prompt, model.codebooks, model.vocabulary, path);
  return prompt;
}
