import type { DecoderBatch } from "./decoderNetwork";
import { studioCodec } from "./studio";

/** An excerpt to learn from. */
export interface BatchRow {
  codes: Int16Array[]; // [codebooks][frames]
  /** Its first frame. */
  from: number;
  /** Caption tokens; none for an unconditional row. */
  text: number[];
}

/**
 * Rows in the delay pattern: at position p codebook k reads token p - 1 - k of the excerpt (the padding code before its
 * first) and is to predict the next.
 * @param steps positions, no more than the excerpts have frames
 */
export function toBatch(batch: BatchRow[], steps: number): DecoderBatch {
  const rows = batch.length;
  const K = studioCodec.codebooks;
  const textSteps = Math.max(1, ...batch.map(({ text }) => text.length));
  const inputs = Array.from({ length: K }, () => new Int32Array(rows * steps).fill(studioCodec.codebookSize));
  const targets = new Int32Array(rows * steps * K);
  const valid = new Float32Array(rows * steps * K);
  const textIds = new Int32Array(rows * textSteps);
  const textMask = new Float32Array(rows * textSteps);
  batch.forEach(({ codes, from, text }, r) => {
    for (let k = 0; k < K; k++) {
      for (let p = k; p < steps; p++) {
        const at = (r * steps + p) * K + k;
        targets[at] = codes[k][from + p - k];
        valid[at] = 1;
        if (p > k) inputs[k][r * steps + p] = codes[k][from + p - 1 - k];
      }
    }
    textIds.set(text, r * textSteps);
    textMask.fill(1, r * textSteps, r * textSteps + text.length);
  });
  return { rows, steps, inputs, targets, valid, textSteps, textIds, textMask };
}
