import { tf } from "../../lib/engine";
import { learningRate } from "./learningRate";
import type { Parameters } from "./parameters";

/** The shape of a batch. */
export interface Rows {
  /** Frames of a row. */
  window: number;
  /** Rows, times the profile's batch. */
  rows: number;
}

/** What a step of the decoder's training learns from. */
export interface Phase extends Rows {
  rate: number;
  /** Share of rows that see no caption. */
  unconditional: number;
  /** Only what reads the caption learns. */
  isText: boolean;
}

export const long: Rows = { window: 400, rows: 1 }; // 8 s: a prompt of 3 s and its continuation of 5 s
export const short: Rows = { window: 80, rows: 5 }; // as many frames in all

/**
 * First all parameters, on long rows, half of them without a caption. Then those that read the caption alone, with captions:
 * who plays is heard after a second, so that in long rows a caption teaches little; every other step has short ones. Music
 * without a text, and so every head's z in it, stays as the first phase left it.
 */
export function phaseOf(step: number, { steps, textSteps }: { steps: number; textSteps: number }): Phase {
  if (step < steps) {
    const rate = learningRate(step, { steps, warmUp: 80, floor: 0.03 });
    return { ...long, rate, unconditional: 0.5, isText: false };
  }
  const rate = learningRate(step - steps, { steps: textSteps, warmUp: 20, floor: 0.03 });
  return { ...((step - steps) % 2 === 0 ? short : long), rate, unconditional: 0, isText: true };
}

/** 1 for what reads the caption: text encoder, its bridge to the decoder, cross-attention; else 0. [size] */
export function textMask(parameters: Parameters): tf.Tensor1D {
  return tf.tidy(() => {
    const parts = parameters.slots.map(({ name, size }) =>
      tf.fill([size], /^text|\.cross/.test(name) ? 1 : 0),
    );
    return tf.concat(parts) as tf.Tensor1D;
  });
}
