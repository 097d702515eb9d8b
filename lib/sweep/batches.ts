import { currentEngine } from "../engine";
import type { MusicGen } from "../model/musicgen";
import { batchKind, type PlannedCell } from "./grid";

/** Beyond this a batch gains nothing on a processor, and a sweep that is killed loses more. */
const mostRows = 64;

const bytesOfFloat = 4;

/**
 * Cells as batches of one kind, as many rows as allowed, spread evenly. The order stays.
 * @param rowsOf how many rows a batch of a cell's kind may have
 */
export function split(cells: PlannedCell[], rowsOf: (cell: PlannedCell) => number): PlannedCell[][] {
  const batches: PlannedCell[][] = [];
  for (let start = 0; start < cells.length; ) {
    const kind = batchKind(cells[start].prompt);
    const other = cells.findIndex(({ prompt }, i) => i > start && batchKind(prompt) !== kind);
    const end = other < 0 ? cells.length : other;
    const count = Math.ceil((end - start) / rowsOf(cells[start]));
    for (let i = 0; i < count; i++) {
      const at = (part: number) => start + Math.round(((end - start) * part) / count);
      batches.push(cells.slice(at(i), at(i + 1)));
    }
    start = end;
  }
  return batches;
}

/** Rows that memory has room for: at least 1, at most 64. */
export function rowLimit(model: MusicGen, take: TakeSize, memory = 2 ** 30): number {
  return Math.max(1, Math.min(mostRows, Math.floor(memory / rowBytes(model, take))));
}

export interface TakeSize {
  promptFrames: number;
  /** New ones. */
  frames: number;
  /** With a text and guidance every row is read twice. */
  isGuided: boolean;
}

/**
 * What one row takes, in bytes, at most (rows that share a prompt take less): keys and values, what reading its prompt
 * needs at once, steering vectors, logits twice.
 */
function rowBytes(model: MusicGen, { promptFrames, frames, isGuided }: TakeSize): number {
  const { layers, heads, headDim, hidden, codebooks, vocabulary } = model;
  const positions = promptFrames + frames + codebooks;
  const remembered = layers * currentEngine().positionBytes({ heads, headDim }) * positions;
  const reading = (promptFrames + 1) * (8 * hidden + model.config.decoder.ffnDim);
  const steering = 2 * layers * hidden;
  const logits = 2 * codebooks * vocabulary;
  return (isGuided ? 2 : 1) * (remembered + bytesOfFloat * (reading + steering + logits));
}
