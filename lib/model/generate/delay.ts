import type { TokenGrid } from "./tokens";

/**
 * The delay pattern: codebook k runs k positions behind codebook 0, so that at every position the model has already
 * chosen the coarser codebooks of each frame. Position 0 holds the start token everywhere; frame f of codebook k stands
 * at position f + k + 1; every other place holds the padding token, which is the start token: the vocabulary's size.
 *
 *   position     0  1  2  3  4  5        frames a, b, c of 3 codebooks
 *   codebook 0   P  a  b  c  P  P
 *   codebook 1   P  P  a  b  c  P
 *   codebook 2   P  P  P  a  b  c
 *
 * Reference: transformers, modeling_musicgen.py, build_delay_pattern_mask.
 */

/** A place of the delayed sequence that generation has to fill. */
export const unknown = -1;

/**
 * The delayed sequence of a whole take: known where the prompt or the padding stands, `unknown` elsewhere.
 * @param prompt [codebooks][prompt frames]; no frames at all for a take from nothing
 * @param frames frames of the whole take, the prompt's included
 * @returns [codebooks][frames + codebooks] positions
 */
export function delay(prompt: TokenGrid, frames: number, padding: number): TokenGrid {
  const codebooks = prompt.length;
  return prompt.map((known, k) => {
    const row = new Int32Array(frames + codebooks).fill(padding);
    row.fill(unknown, k + 1, k + 1 + frames);
    row.set(known, k + 1);
    return row;
  });
}

/**
 * Undo `delay`: the frames of every codebook, aligned again.
 * @param delayed [codebooks][frames + codebooks]
 * @returns [codebooks][frames]
 */
export function undelay(delayed: TokenGrid): TokenGrid {
  return delayed.map((row, k) => row.slice(k + 1, k + 1 + row.length - delayed.length));
}

/** Positions that a prompt of so many frames fills before the first new token: the start token's and one a frame. */
export function promptPositions(promptFrames: number): number {
  return promptFrames + 1;
}
