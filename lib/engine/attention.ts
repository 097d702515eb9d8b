import type { tf } from "./tf";

/**
 * Looks at an attention pattern: which share of a query's attention each key gets.
 * @param pattern [rows, queries, heads, keys]; the last axis adds up to 1
 * @returns what is to be used in its place, the same tensor where nothing changes
 */
export type Look = (pattern: tf.Tensor4D) => tf.Tensor4D;

/** The sizes that attention works with. */
export interface AttentionSize {
  rows: number;
  heads: number;
  headDim: number;
}

/** The keys and values that one layer's self-attention remembers. */
export interface Memory {
  /**
   * Remember the new positions, then attend from each to itself and all before.
   * @param qkv [rows x count, 3 x hidden], queries already scaled by 1 / sqrt(headDim)
   * @param lastOnly remember all, attend from the last one alone
   * @param look sees the pattern, which is only made where somebody looks; reading it changes no z
   * @returns z [rows x (count or 1), hidden]
   */
  attend(qkv: tf.Tensor2D, lastOnly: boolean, look?: Look): tf.Tensor2D;
  /** A memory whose row r is a copy of this one's row `from[r]`. */
  copy(from: number[]): Memory;
  dispose(): void;
  /** What a graph of a step needs; engines without graphs do without. */
  graph?: MemoryGraph;
}

/** How a memory takes part in a graph: its parts go in, the longer short part comes out. */
export interface MemoryGraph {
  parts(): MemoryParts;
  /** A memory of stand-ins for the parts. @param lengths [parts], the parts' lengths after the new position */
  standIn(parts: MemoryParts, lengths: tf.Tensor1D): Memory;
  /** Go on with the short part that a stand-in had after one more position. */
  remember(short: KeyValues): void;
}

/** Appending a position to a long tensor copies all of it, so the past is kept in two parts. */
export interface MemoryParts {
  /** Copied once a block. */
  long?: KeyValues;
  /** Copied at every step. */
  short?: KeyValues;
}

/** Both [rows, heads, positions, headDim]. */
export interface KeyValues {
  keys: tf.Tensor4D;
  values: tf.Tensor4D;
}

/** The text's keys and values for one layer's cross-attention. */
export interface TextAttention {
  /**
   * @param query [rows x count, hidden], scaled
   * @param look sees the pattern over the text's tokens; a row without text looks at all of them alike, at nothing
   * @returns z [rows x count, hidden]
   */
  attend(query: tf.Tensor2D, look?: Look): tf.Tensor2D;
  copy(from: number[]): TextAttention;
  dispose(): void;
  /** What a graph of a step needs; engines without graphs do without. */
  graph?: TextGraph;
}

/** How a text takes part in a graph, which reads it alone. */
export interface TextGraph {
  tensors: [tf.Tensor4D, tf.Tensor4D, tf.Tensor];
  standIn(tensors: TextGraph["tensors"]): TextAttention;
}
