import type { Audio } from "../../audio/audio";
import { tf } from "../../engine";
import type { TextStates } from "../decoder/decoder";
import type { Intervention, Steer, Trace } from "../intervention";
import type { MusicGen } from "../musicgen";
import { joinTaps, type Taps, tapsByRows } from "../taps";
import type { TextEncoder } from "../text/encoder";
import { continueTokens, type Row } from "./continue";
import { promptTokens } from "./promptTokens";
import { checkSampling, type Sampling } from "./sampling";
import { checkTokens, type TokenGrid } from "./tokens";

export interface GenerateOptions extends Sampling {
  /** What the take continues: sound (resampled to the model's rate when needed) or tokens. Default: nothing. */
  prompt?: Audio | TokenGrid;
  /** What the take should sound like. Default: unconditional. */
  text?: string;
  /** New music after the prompt's, in seconds (default 5) or, more exactly, in frames. */
  seconds?: number;
  frames?: number;
  /** Fixes every random choice. Default 0. */
  seed?: number;
  /** Strength of classifier-free guidance, with a text only; 1 is without. Default: the checkpoint's (MusicGen's: 3). */
  guidance?: number;
  /** Steering: `iti(probes)`, `smitin(probes)`, or your own. */
  steer?: Steer;
  /** Read or replace values at any site, the prompt's positions included. In a batch: the first row's, for all rows. */
  taps?: Taps;
  /** Stops the generation, which then throws the signal's reason. In a batch: the first row's. */
  signal?: AbortSignal;
  /** Called after every position. In a batch: the first row's. */
  onProgress?(done: number, steps: number): void;
  /** Called with every new frame, and waited for, as `continueTokens` has it. In a batch: the first row's, for all rows. */
  onFrame?(frames: number, grids: () => TokenGrid[]): void | Promise<void>;
}

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
  const [take] = await generateBatch(model, [options]);
  return take;
}

/**
 * Generate several takes as one batch: on small models a batch costs little more than one take. Rows may differ in
 * prompt (of one length), text (all have one, or none has), seed, sampling and steering. A row's tokens don't depend on its company.
 * One `steer` for all rows (the same function) is made once for the whole batch; differing ones are slower.
 */
export async function generateBatch(model: MusicGen, batch: GenerateOptions[]): Promise<Take[]> {
  const { codec, sampleRate } = model;
  const takes = await generateTokens(model, batch);
  const sounds = codec.decode(takes.map(({ tokens }) => tokens));
  return takes.map((take, r) => ({ ...take, audio: { samples: sounds[r], sampleRate } }));
}

/** `generateBatch` without the sound: what is to be heard later, or by parts, is decoded then (`model.codec.decode`). */
export async function generateTokens(model: MusicGen, batch: GenerateOptions[]): Promise<TokenTake[]> {
  if (batch.length === 0) throw new RangeError("generateBatch: expected at least one row, found none");
  const { decoder } = model;
  for (const options of batch) checkOptions(options);
  const frames = commonFrames(model, batch);
  const prompts = readPrompts(model, batch);
  const promptFrames = prompts[0][0].length;
  const groups = sharedSteers(batch);
  const [{ taps, signal, onProgress, onFrame }] = batch;
  const { states, textRows } = readTexts(model, batch);
  try {
    for (const group of groups) {
      group.intervention = group.steer?.({ model, rows: group.rows, promptFrames });
    }
    const grids = await continueTokens(
      decoder,
      batch.map((options, r): Row => {
        const { seed = 0 } = options;
        return { prompt: prompts[r], seed, text: textRows?.[r], ...samplingOf(model, options) };
      }),
      {
        frames,
        text: states,
        taps: joinTaps(
          taps,
          tapsByRows(
            groups.map(({ rows, intervention }) => ({ rows, taps: intervention?.taps ?? new Map() })),
          ),
        ),
        sharePrompt:
          !taps && groups.every(({ intervention }) => !intervention || intervention.changesPrompt === false),
        beforeStep(step) {
          for (const { intervention } of groups) intervention?.beforeStep?.(step);
        },
        afterStep(step) {
          for (const { intervention } of groups) intervention?.afterStep?.(step);
        },
        signal,
        onProgress,
        onFrame,
      },
    );
    const traces = groups.flatMap(({ rows, intervention }) => {
      return intervention?.trace?.() ?? new Array<undefined>(rows).fill(undefined);
    });
    return grids.map((tokens, r) => ({
      tokens,
      promptFrames,
      seed: batch[r].seed ?? 0,
      trace: traces[r],
      options: batch[r],
    }));
  } finally {
    for (const { intervention } of groups) intervention?.dispose?.();
    states?.states.dispose();
    states?.mask.dispose();
  }
}

function checkOptions(options: GenerateOptions): void {
  const { seed = 0 } = options;
  checkSampling(options);
  if (!Number.isInteger(seed)) throw new RangeError(`seed: expected an integer, found ${seed}`);
}

/** How tokens are chosen: as options say, else as the model's authors do (generation_config.json). */
export function samplingOf(
  { config }: MusicGen,
  options: Pick<GenerateOptions, keyof Sampling | "guidance">,
): Required<Sampling> & { guidance: number } {
  const own = config.generation;
  const { greedy = false, temperature = own.temperature, topK = own.topK } = options;
  return { greedy, temperature, topK, guidance: options.guidance ?? own.guidanceScale };
}

/** New frames that options ask for, 5 seconds by default. @throws RangeError unless there are some */
export function newFrames(
  { frameRate }: MusicGen,
  { frames, seconds = 5 }: Pick<GenerateOptions, "frames" | "seconds">,
): number {
  const asked = frames ?? Math.round(seconds * frameRate);
  if (Number.isInteger(asked) && asked > 0) return asked;
  throw new RangeError(`frames: expected a positive integer (or positive seconds), found ${asked}`);
}

function commonFrames(model: MusicGen, batch: GenerateOptions[]): number {
  const asked = batch.map((options) => newFrames(model, options));
  for (const frames of asked) {
    if (frames !== asked[0]) {
      throw new RangeError(
        `generateBatch: expected rows of one length, found ${asked[0]} and ${frames} frames`,
      );
    }
  }
  return asked[0];
}

/** The prompts as tokens: [rows] of [codebooks][frames]. */
function readPrompts(model: MusicGen, batch: GenerateOptions[]): TokenGrid[] {
  const known = new Map<Audio, TokenGrid>();
  const prompts = batch.map(({ prompt = [] }) => {
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
function readTexts(model: MusicGen, batch: GenerateOptions[]): { states?: TextStates; textRows?: number[] } {
  const texts = batch.flatMap(({ text }) => text ?? []);
  if (texts.length === 0) return {};
  if (texts.length < batch.length) {
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

/** Rows that follow one another and share their steering. */
interface Group {
  steer?: Steer;
  rows: number;
  intervention?: Intervention;
}

function sharedSteers(batch: GenerateOptions[]): Group[] {
  const groups: Group[] = [];
  for (const { steer } of batch) {
    const last = groups.at(-1);
    if (last && last.steer === steer) last.rows++;
    else groups.push({ steer, rows: 1 });
  }
  return groups;
}
