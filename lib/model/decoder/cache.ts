import type { Memory, TextAttention } from "../../engine";

/** What the decoder remembers of a batch while it generates: its keys and values. Free it with `dispose`. */
export interface DecoderCache {
  rows: number;
  /** Positions read so far. */
  positions: number;
  /** The position that counts as step 0 for taps: the first new one. */
  origin: number;
  layers: Memory[];
  /** One a layer; none without text. */
  text?: TextAttention[];
  dispose(): void;
}

export interface CacheOptions {
  /** The position that taps count from: the first new one. Default 0. */
  origin?: number;
  /** How many positions there will be, if known. */
  positions?: number;
  /** The rows' texts; the cache frees what `readText` made of them. */
  text?: TextAttention[];
}
