import type { Audio } from "../../../lib/audio/audio";
import type { Figure } from "../../../lib/figures/figure";

/** What an experiment found. */
export interface Outcome {
  title: string;
  /** What was done, in a few sentences. */
  about: string;
  rows: ResultRow[];
  table: Table;
  /** Claims of the paper, each with a number that says whether it holds here. */
  findings: Finding[];
  figures: { name: string; figure: Figure }[];
  sounds: Sound[];
  /** What a reader must know to read the numbers. */
  notes: string[];
  /** What else belongs into the experiment's folder: name to content. */
  files?: Record<string, string | Uint8Array>;
}

/** One row of results.json. Null where a field does not apply. */
export interface ResultRow {
  experiment: string;
  trait: string;
  method: string;
  alpha: number | null;
  topK: number | "all" | null;
  direction: string | null;
  /** Cases that the rate is over: takes, or clips. */
  n: number;
  /** Share of takes in which the judge hears the trait; for probes, share of clips told right. */
  success: number | null;
  /** Its 95 % interval. */
  low: number | null;
  high: number | null;
  /** Frechet audio distance to clips with the trait. */
  fad: number | null;
  /** Mean similarity to the prompt. */
  similarity: number | null;
  /** Share of the prompts' other instruments that are still heard. */
  kept: number | null;
  seed: number;
  profile: string;
}

/** A claim, holding when the whole 95 % interval lies above zero. */
export interface Finding {
  claim: string;
  /** Null when it could not be measured: the note says why. */
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  /** A difference of two shares, which tables write in percent. */
  isShare?: boolean;
  note?: string;
}

/** Something to listen to. */
export interface Sound {
  /** The file's name, without ending. */
  name: string;
  label: string;
  audio: Audio;
  /** Seconds of the prompt at its beginning. */
  prompt?: number;
}

/** A table as people read it. */
export interface Table {
  columns: string[];
  rows: Value[][];
}

/** Null for an empty place. */
export type Value = string | number | null;
