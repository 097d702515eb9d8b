import { type Command, Option } from "commander";
import type { Audio } from "../../lib/audio/audio";
import { encodeWav, readWav } from "../../lib/audio/wav";
import type { Steer } from "../../lib/model/intervention";
import type { MusicGen } from "../../lib/model/musicgen";
import { checkTokens, type TokenGrid } from "../../lib/model/tokens";
import { additionTaps, readAddition } from "./addition";
import { encodeCodes, readCodes } from "./codesFile";
import { clipping } from "./decode";
import { addModel, headsOption, integerOption, numberOption } from "./options";
import { bar, checkOutputs, writeOutputs } from "./output";

interface Options {
  model?: string;
  codes?: string;
  audio?: string;
  text?: string;
  frames: number;
  greedy?: boolean;
  seed?: number;
  temperature?: number;
  topK?: number;
  guidance?: number;
  add?: string;
  addFrom?: "start" | "new";
  probes?: string;
  method?: "smitin" | "iti";
  alpha?: number;
  topKHeads?: number | "all";
  out?: string;
  codesOut?: string;
  float?: boolean;
}

export function addGenerate(program: Command): void {
  addModel(program.command("generate"))
    .description("make music: from nothing, from a text, as the continuation of a prompt; steered or not")
    .addOption(new Option("--codes <json>", "a prompt in codes").conflicts("audio"))
    .option("--audio <wav>", "a prompt in sound, of any sample rate")
    .option("--text <words>", "what it should sound like")
    .addOption(integerOption("--frames <n>", "new frames, after the prompt's", 1).makeOptionMandatory())
    .option("--greedy", "always the most likely code")
    .addOption(integerOption("--seed <s>", "fixes every random choice (default: 0)"))
    .addOption(numberOption("--temperature <t>", "below 1 safer, above 1 wilder (default: 1)"))
    .addOption(
      integerOption("--top-k <k>", "only the k most likely codes stand for choice (default: 250)", 1),
    )
    .addOption(numberOption("--guidance <g>", "how far to follow the text; 1 is no guidance (default: 3)"))
    .option("--add <safetensors>", "a tensor steer [layers, heads, headDim], added to z")
    .addOption(
      new Option("--add-from <where>", "at every position, or at new ones only")
        .choices(["start", "new"])
        .default("start"),
    )
    .option("--probes <json>", "steer by the probes of this file")
    .addOption(new Option("--method <name>", "how (default: smitin)").choices(["smitin", "iti"]))
    .addOption(numberOption("--alpha <a>", "how strongly, in standard deviations (default: 5)"))
    .addOption(
      headsOption("--top-k-heads <k>", "the k best heads only, or all (default: iti 16, smitin all)"),
    )
    .option("--out <wav>", "where the sound goes: the prompt's and the new")
    .option("--codes-out <json>", "where the codes go: the prompt's and the new")
    .option("--float", "samples as 32-bit floats, nothing rounded or clipped (default: 16-bit integers)")
    .action(generateTake);
}

async function generateTake(options: Options): Promise<void> {
  const { out, codesOut, float, frames, text, greedy, seed, temperature, topK, guidance } = options;
  checkFlags(options);
  checkOutputs(out, codesOut);
  const given = readPrompt(options);
  const steering = options.add === undefined ? undefined : readAddition(options.add);
  const { loadMusicGen } = await import("../../lib/model/load");
  const { generate } = await import("../../lib/model/generate");
  const model = await loadMusicGen(options.model);
  const prompt = given && toTokens(model, given, (options.codes ?? options.audio) as string);
  const taps = steering && (await additionTaps(model, steering, options.addFrom === "new"));
  const steer = options.probes === undefined ? undefined : await steerBy(model, options.probes, options);
  const progress = bar("positions", frames + model.codebooks - 1);
  const take = await generate(model, {
    ...{ prompt, text, frames, greedy, seed, temperature, topK, guidance, taps, steer },
    onProgress: () => progress.tick(),
  }).finally(progress.done);
  const { samples } = take.audio;
  const length = `${take.tokens[0].length} frames, ${take.promptFrames} of them the prompt's`;
  const files: Parameters<typeof writeOutputs>[0] = [];
  if (out !== undefined) {
    const about = `${length}, ${(samples.length / model.sampleRate).toFixed(2)} s${float ? "" : clipping(samples)}`;
    files.push({ path: out, data: encodeWav(take.audio, float ? "float32" : "pcm16"), about });
  }
  if (codesOut !== undefined) files.push({ path: codesOut, data: encodeCodes(take.tokens), about: length });
  writeOutputs(files);
}

/** @throws Error on flags that say nothing together */
function checkFlags({ out, codesOut, probes, method, alpha, topKHeads, guidance, text }: Options): void {
  if (out === undefined && codesOut === undefined)
    throw new Error("expected --out <wav>, --codes-out <json> or both, found neither");
  const lost = Object.entries({ method, alpha, "top-k-heads": topKHeads }).find(
    ([, value]) => value !== undefined,
  );
  if (probes === undefined && lost)
    throw new Error(`--${lost[0]}: expected --probes <json> with it, found none`);
  if (text === undefined && guidance !== undefined)
    throw new Error("--guidance: expected --text <words> with it, found none");
}

function readPrompt({ codes, audio }: Options): Audio | TokenGrid | undefined {
  if (codes !== undefined) return readCodes(codes);
  return audio === undefined ? undefined : readWav(audio);
}

/** The prompt in the model's codes. @throws RangeError naming the prompt's file when the decoder knows no such codes */
function toTokens(model: MusicGen, prompt: Audio | TokenGrid, path: string): Audio | TokenGrid {
  if (Array.isArray(prompt)) checkTokens(prompt, model.codebooks, model.vocabulary, path);
  return prompt;
}

async function steerBy(model: MusicGen, path: string, { method, alpha, topKHeads }: Options): Promise<Steer> {
  const { loadProbes } = await import("../../lib/probes/file");
  const { headCount } = await import("../../lib/probes/probe");
  const { iti, smitin } = await import("../../lib/steering/compose");
  const { softWeights, topK } = await import("../../lib/steering/selector");
  const probes = loadProbes(path, model);
  if (topKHeads !== undefined) headCount(topKHeads, probes.heads.length, `${path}: --top-k-heads`);
  if (method === "iti") return iti(probes, { alpha, topK: topKHeads });
  if (topKHeads === undefined) return smitin(probes, { alpha });
  const chosen = topK(topKHeads)(probes);
  return smitin(probes, {
    alpha,
    selector: (set) => softWeights()(set).map((weight, i) => weight * chosen[i]),
  });
}
