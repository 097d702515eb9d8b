import { type TextAttention, tf } from "../../engine";
import { pauser } from "../../jobs/interruption";
import type { OnProgress } from "../../jobs/progress";
import { random } from "../../math/random";
import type { DecoderCache } from "../decoder/cache";
import type { Decoder, TextStates } from "../decoder/decoder";
import type { Passage } from "../intervention";
import type { Taps } from "../taps";
import { delay, promptPositions, undelay, unknown } from "./delay";
import { guide, type Sampling, sample } from "./sampling";
import type { TokenGrid } from "./tokens";

/** One row of a batch of takes. */
export interface Row extends Sampling {
  /** [codebooks][prompt frames], of one length in all rows; no frames to start from nothing. */
  prompt: TokenGrid;
  seed: number;
  /** Which row of the text states is this row's; none without text. */
  text?: number;
  /** How far the logits go from those without the text; 1 is the text alone. */
  guidance: number;
}

export interface ContinueOptions {
  /** New frames after the prompt's. */
  frames: number;
  /** States of the texts that rows name; all rows have one, or none has. */
  text?: TextStates;
  /** See every value, [rows, ...]; when guided, the rows once with their text and then once without. */
  taps?: Taps;
  /**
   * Read rows that begin alike only once, and let them share what is remembered of it. Taps still see all rows, and of the
   * last layer the last position alone; they may not replace anything in the prompt.
   */
  sharePrompt?: boolean;
  /** Called before the prompt, and then before each new position, is fed; and when the decoder has read it. */
  begin?(passage: Passage): void;
  end?(passage: Passage): void;
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /**
   * Called whenever one more new frame has all its tokens.
   * @param frames how many frames are known of every row, the prompt's included
   * @param grids these frames' tokens (and what is known of later ones): [codebooks][frames] of every row
   * @returns what the next position waits for
   */
  onFrame?(frames: number, grids: () => TokenGrid[]): void | Promise<void>;
  /** Called before the tokens of a position are chosen. @param logits guided, [rows, codebooks, vocabulary]: not to be kept */
  onLogits?(logits: Float32Array): void;
}

/**
 * Continue token grids: read the delayed prompts once, then choose the tokens of one position after another, each row
 * with a random source of its own, so that a row's result does not depend on the others. With `sharePrompt`, on the wasm
 * engine, not by a bit: there every row goes through the same operations in any company. Other engines' matrix products
 * may differ in the last bit between batches of different sizes.
 * @returns prompt and new frames of every row, [codebooks][prompt + new frames]
 * @throws the signal's reason when aborted
 */
export async function continueTokens(
  decoder: Decoder,
  rows: Row[],
  options: ContinueOptions,
): Promise<TokenGrid[]> {
  const { numCodebooks: codebooks, vocabSize: padding } = decoder.config;
  const delayed = rows.map(({ prompt }) => delay(prompt, prompt[0].length + options.frames, padding));
  const first = promptPositions(rows[0].prompt[0].length);
  const end = delayed[0][0].length;
  const uniforms = rows.map(({ seed }) => random(seed));
  const guided = options.text !== undefined && rows.some(({ guidance }) => guidance !== 1);
  const passes = guided ? 2 : 1;
  const tokens = new Int32Array(passes * rows.length * codebooks); // one position of the whole batch
  const pause = pauser(options.signal);

  options.signal?.throwIfAborted();
  const starts = delayed.map((grid, r) => ({
    prompt: grid.map((row) => row.subarray(0, first)),
    text: rows[r].text,
  }));
  const nulls = guided ? starts.map(({ prompt }) => ({ prompt, text: undefined })) : [];
  const whole: Passage = { step: -first, positions: first, prefill: true };
  options.begin?.(whole);
  const { cache, logits: prompted } = prefillPrompts(decoder, [...starts, ...nulls], first, end, options);
  try {
    options.end?.(whole);
    let logits = prompted;
    for (let position = first; position < end; position++) {
      choose(logits, position);
      options.onProgress?.(position - first + 1, end - first);
      const known = position - codebooks + 1;
      if (known >= first) await options.onFrame?.(known, () => delayed.map(undelay));
      if (position === end - 1) break;
      await pause();
      const passage: Passage = { step: position - first, positions: 1, prefill: false };
      options.begin?.(passage);
      logits = readAndFree(decoder.step(cache, tokens, options.taps));
      options.end?.(passage);
    }
  } finally {
    cache.dispose();
  }
  return delayed.map(undelay);

  /** Fill the unknown places of a position from the logits that the position before it gave. */
  function choose(logits: Float32Array, position: number): void {
    const size = codebooks * padding;
    const own = (r: number) => logits.subarray(r * size, (r + 1) * size);
    if (passes === 2)
      for (const [r, { guidance }] of rows.entries()) guide(own(r), own(r), own(rows.length + r), guidance);
    options.onLogits?.(logits.subarray(0, rows.length * size));
    for (const [r, row] of rows.entries()) {
      const mine = own(r);
      for (let k = 0; k < codebooks; k++) {
        let token = delayed[r][k][position];
        if (token === unknown) token = sample(mine, k * padding, padding, row, uniforms[r]);
        delayed[r][k][position] = token;
        tokens[r * codebooks + k] = token;
      }
    }
    if (passes === 2) tokens.copyWithin(rows.length * codebooks, 0, rows.length * codebooks);
  }
}

/** How a row of the batch begins. */
interface Start {
  prompt: TokenGrid; // [codebooks][positions]
  text?: number;
}

/** Read how all rows begin, those that begin alike once when they may be shared. */
function prefillPrompts(
  decoder: Decoder,
  starts: Start[],
  first: number,
  positions: number,
  { text, taps, sharePrompt }: ContinueOptions,
): { cache: DecoderCache; logits: Float32Array } {
  const keys = starts.map((start) => `${start.text}:${start.prompt.join(";")}`);
  const distinct = sharePrompt ? starts.filter((_, i) => keys.indexOf(keys[i]) === i) : starts;
  const order = keys.map((key, i) => (sharePrompt ? distinct.indexOf(starts[keys.indexOf(key)]) : i));
  const isShared = distinct.length < starts.length;
  const texts = text && textAttentions(decoder, distinct, text);
  const capacity = sharePrompt ? first : positions;
  const cache = decoder.createCache(distinct.length, { origin: first, positions: capacity, text: texts });
  const logits = readAndFree(
    decoder.prefill(
      distinct.map(({ prompt }) => prompt),
      {
        cache,
        logits: "last",
        taps: taps && isShared ? widen(taps, order) : taps,
        lastOnly: !taps || sharePrompt,
      },
    ) as tf.Tensor,
  );
  if (!sharePrompt) return { cache, logits };
  const size = logits.length / distinct.length;
  const spread = new Float32Array(order.length * size);
  for (const [row, from] of order.entries())
    spread.set(logits.subarray(from * size, (from + 1) * size), row * size);
  // Always a copy, be it of one row: a row then sums in the same order, whether others began like it or not.
  const copy = decoder.copyCache(cache, order);
  cache.dispose();
  return { cache: copy, logits: spread };
}

/** The texts of some rows; nothing but padding where a row has no text. */
function textAttentions(decoder: Decoder, starts: Start[], { states, mask }: TextStates): TextAttention[] {
  const [texts] = mask.shape;
  const rows = starts.map(({ text }) => text ?? texts);
  const pick = <T extends tf.Tensor>(x: T): T =>
    tf.tidy(() => tf.gather(tf.concat([x, tf.zerosLike(tf.slice(x, 0, 1))]), rows) as T);
  const picked = { states: pick(states), mask: pick(mask) };
  const memory = decoder.readText(picked);
  tf.dispose([picked.states, picked.mask]);
  return memory;
}

/** Taps that see every row of the batch, while the decoder reads the distinct ones. */
function widen(taps: Taps, order: number[]): Taps {
  const wide: Taps = new Map();
  for (const [name, tap] of taps) {
    wide.set(name, (value, at) => {
      if (tap(tf.gather(value, order), at)) {
        throw new Error(`tap on ${name}: expected no replacement in a shared prompt, found one`);
      }
      return undefined;
    });
  }
  return wide;
}

/** A tensor's numbers, the tensor freed. */
function readAndFree(tensor: tf.Tensor): Float32Array {
  const values = tensor.dataSync() as Float32Array;
  tensor.dispose();
  return values;
}
