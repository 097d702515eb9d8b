import type { Audio } from "../../audio/audio";
import { tf } from "../../engine";
import type { OnProgress } from "../../jobs/progress";
import type { TextStates } from "../decoder/decoder";
import type { Steer, Trace } from "../intervention";
import type { MusicGen } from "../musicgen";
import { joinTaps, type Taps } from "../taps";
import type { TextEncoder } from "../text/encoder";
import { continueTokens, type Row } from "./continue";
import { promptApart, type TakePrompt } from "./prompt";
import { hintAtLength } from "./promptLength";
import { promptTokens } from "./promptTokens";
import { checkSampling, type Sampling } from "./sampling";
import { type SteeredRows, steerRowsOf } from "./steeredRows";
import { checkTokens, type TokenGrid } from "./tokens";

/** What a take of a batch has of its own. */
export interface RowOptions extends Sampling {
  /**
   * What the take continues: sound (resampled to the model's rate when needed) or tokens, or an object that has one as `audio`
   * or `tokens`, a text as `text`, or both, such as a prompt of `bandPrompts`. Default: nothing.
   */
  prompt?: TakePrompt;
  /** What the take should sound like. Default: unconditional. */
  text?: string;
  /** Fixes every random choice. Default 0. */
  seed?: number;
  /** Strength of classifier-free guidance, with a text only; 1 is without. Default: the checkpoint's (MusicGen's: 3). */
  guidance?: number;
  /** Steering: `iti(probes)`, `smitin(probes)`, or your own. */
  steer?: Steer;
}

/** What all takes of a batch have in common. */
export interface BatchOptions {
  /** New music after the prompt's, in seconds (default 5) or, more exactly, in frames. */
  seconds?: number;
  frames?: number;
  /** Steers all rows at once, instead of each row's own. */
  steer?: Steer;
  /** Read or replace values at any site, [rows, ...], the prompt's positions included. */
  taps?: Taps;
  /** Stops the generation, which then throws the signal's reason. */
  signal?: AbortSignal;
  /** Called after every position. */
  onProgress?: OnProgress;
  /** Called with every new frame, and waited for, as `continueTokens` has it. */
  onFrame?(frames: number, grids: () => TokenGrid[]): void | Promise<void>;
  /** Called before a position's tokens are chosen, as `continueTokens` has it. */
  onLogits?(logits: Float32Array): void;
}

/** Everything about one take. */
export interface GenerateOptions extends RowOptions, BatchOptions {}

/** A generated clip in tokens. */
export interface TokenTake {
  tokens: TokenGrid; // [codebooks][promptFrames + new frames]
  promptFrames: number;
  seed: number;
  /** What steering's monitor saw and did. */
  trace?: Trace;
  options: GenerateOptions;
}

/** A generated clip. */
export interface Take extends TokenTake {
  audio: Audio;
}

/**
 * Generate music: from nothing, from a text, as a continuation of a prompt, or both.
 * @throws RangeError on impossible options; Error when the model lacks a part that is needed; the signal's reason
 */
export async function generate(model: MusicGen, options: GenerateOptions = {}): Promise<Take> {
  const { seconds, frames, taps, signal, onProgress, onFrame, onLogits, ...row } = options;
  const batch = { seconds, frames, taps, signal, onProgress, onFrame, onLogits };
  const [take] = await generateBatch(model, [row], batch);
  return { ...take, options };
}

/**
 * Generate several takes as one batch: on small models a batch costs little more than one take. Rows may differ in
 * prompt (of one length), text (all have one, or none has), seed, sampling and steering; what belongs to all of them is
 * in `batch`. A row's tokens don't depend on its company.
 *
 *     generateBatch(model, [{ prompt }, { prompt, steer: smitin(probes) }], { seconds: 5, onProgress })
 *
 * Rows that the lab's own methods steer share one intervention, each with its own plan; other functions are run one by one
 * for the rows that follow one another with the same function, which is slower.
 * @throws as `generate`; RangeError when a row holds what belongs to the batch
 */
export async function generateBatch(
  model: MusicGen,
  rows: RowOptions[],
  batch: BatchOptions = {},
): Promise<Take[]> {
  const { codec, sampleRate } = model;
  const takes = await generateTokens(model, rows, batch);
  const sounds = codec.decode(takes.map(({ tokens }) => tokens));
  return takes.map((take, r) => ({ ...take, audio: { samples: sounds[r], sampleRate } }));
}

/** `generateBatch` without the sound: what is to be heard later, or by parts, is decoded then (`model.codec.decode`). */
export async function generateTokens(
  model: MusicGen,
  given: RowOptions[],
  batch: BatchOptions = {},
): Promise<TokenTake[]> {
  checkRows(given, batch);
  const rows = given.map(promptApart);
  const { decoder } = model;
  const { taps, signal, onProgress, onFrame, onLogits } = batch;
  const frames = newFrames(model, batch);
  const prompts = promptsAsTokens(model, rows);
  const promptFrames = prompts[0][0].length;
  hintAtLength(model, promptFrames);
  const { states, textRows } = encodeRowTexts(model, rows);
  const steers = rows.map(({ steer }) => batch.steer ?? steer);
  let steering: SteeredRows | undefined;
  try {
    steering = steerRowsOf(steers, { model, promptFrames, frames });
    const grids = await continueTokens(
      decoder,
      rows.map((options, r): Row => {
        const { seed = 0 } = options;
        return { prompt: prompts[r], seed, text: textRows?.[r], ...samplingOf(model, options) };
      }),
      {
        frames,
        text: states,
        taps: joinTaps(taps, steering.taps),
        sharePrompt: !taps && !steering.changesPrompt,
        begin: steering.begin,
        end: steering.end,
        signal,
        onProgress,
        onFrame,
        onLogits,
      },
    );
    const traces = steering.traces();
    return grids.map((tokens, r) => ({
      tokens,
      promptFrames,
      seed: rows[r].seed ?? 0,
      trace: traces[r],
      options: { ...batch, ...given[r] },
    }));
  } finally {
    steering?.dispose();
    states?.states.dispose();
    states?.mask.dispose();
  }
}

/** What a batch has once; a row that holds one of these is meant otherwise than it would be understood. */
const ofBatch = ["seconds", "frames", "taps", "signal", "onProgress", "onFrame", "onLogits"] as const;

function checkRows(rows: GenerateOptions[], batch: BatchOptions): void {
  if (rows.length === 0) throw new RangeError("generateBatch: expected at least one row, found none");
  for (const [r, row] of rows.entries()) {
    checkSampling(row);
    const { seed = 0, steer } = row;
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected an integer, found ${seed}`);
    const lost = ofBatch.find((name) => row[name] !== undefined);
    if (lost) {
      throw new RangeError(
        `generateBatch: ${lost} belongs to all rows: expected it in the third argument, found it in row ${r}`,
      );
    }
    if (steer && batch.steer) {
      throw new RangeError(
        `generateBatch: steer: expected one for the batch or one a row, found both at row ${r}`,
      );
    }
  }
}

/** How tokens are chosen: as options say, else as the model's authors do (generation_config.json). */
export function samplingOf(
  { config }: MusicGen,
  options: Pick<GenerateOptions, keyof Sampling | "guidance">,
): Required<Omit<Sampling, "topP">> & { topP?: number; guidance: number } {
  const own = config.generation;
  const { greedy = !own.doSample, temperature = own.temperature, topK = own.topK, topP = own.topP } = options;
  const limits = topP < 1 ? { topK, topP } : { topK }; // a sweep's file names what has an effect
  return { greedy, temperature, ...limits, guidance: options.guidance ?? own.guidanceScale };
}

/** New frames that options ask for, 5 seconds by default. @throws RangeError unless there are some */
export function newFrames(
  { frameRate }: MusicGen,
  { frames, seconds = 5 }: Pick<GenerateOptions, "frames" | "seconds">,
): number {
  const asked = frames ?? Math.round(seconds * frameRate);
  if (Number.isInteger(asked) && asked > 0) return asked;
  if (frames === undefined)
    throw new RangeError(
      `seconds: expected a number above 0, a frame of ${1 / frameRate} s at least, found ${seconds}`,
    );
  throw new RangeError(`frames: expected a positive integer, found ${frames}`);
}

/** The prompts as tokens: [rows] of [codebooks][frames]. */
function promptsAsTokens(model: MusicGen, rows: { prompt?: Audio | TokenGrid }[]): TokenGrid[] {
  const known = new Map<Audio, TokenGrid>();
  const prompts = rows.map(({ prompt = [] }) => {
    if (Array.isArray(prompt)) return promptTokens(model, prompt);
    const tokens = known.get(prompt) ?? promptTokens(model, prompt);
    known.set(prompt, tokens);
    return tokens;
  });
  for (const prompt of prompts) checkTokens(prompt, model.codebooks, model.vocabulary, "prompt");
  for (const prompt of prompts) {
    if (prompt[0].length !== prompts[0][0].length) {
      throw new RangeError(
        `generateBatch: expected prompts of one length, found ${prompts[0][0].length} and ${prompt[0].length} frames`,
      );
    }
  }
  return prompts;
}

/** States of the distinct texts, and which of them each row has. */
function encodeRowTexts(
  model: MusicGen,
  rows: { text?: string }[],
): { states?: TextStates; textRows?: number[] } {
  const texts = rows.flatMap(({ text }) => text ?? []);
  if (texts.length === 0) return {};
  if (texts.length < rows.length) {
    throw new RangeError("generateBatch: expected a text in every row or in none, found some");
  }
  const distinct = [...new Set(texts)];
  const { ids, mask } = model.tokenizer.encode(distinct);
  const textRows = texts.map((text) => distinct.indexOf(text));
  return { states: { states: encodeTexts(model.text, ids, mask), mask: tf.tensor2d(mask) }, textRows };
}

/**
 * States of texts that were padded to one length, [texts, length, dModel]. Each is read alone and without its padding, so
 * that its states do not depend on the others by a bit.
 */
function encodeTexts(encoder: TextEncoder, ids: number[][], mask: number[][]): tf.Tensor3D {
  return tf.tidy(() => {
    const length = ids[0].length;
    const rows = ids.map((row, i) => {
      const isRead = (_: number, token: number) => mask[i][token] === 1;
      const states = encoder.encode({ ids: [row.filter(isRead)], mask: [mask[i].filter(isRead)] });
      return tf.pad3d(states, [
        [0, 0],
        [0, length - states.shape[1]],
        [0, 0],
      ]); // [1, length, dModel]
    });
    return tf.concat(rows, 0);
  });
}
