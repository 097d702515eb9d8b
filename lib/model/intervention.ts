import type { Taps } from "./taps";

/** What a steering method must know of a model; a MusicGen is one. */
export interface SteeredModel {
  name: string;
  fingerprint: string;
  layers: number;
  heads: number;
  headDim: number;
  /** Token frames, and so steps, a second: what schedules in seconds count with. */
  frameRate: number;
}

/** What the decoder is fed at a time: the whole prompt, or one new position. */
export interface Passage {
  /** Index of its first position, counted from the first new one: the prompt's are negative, its last is -1. */
  step: number;
  /** How many positions it has: the prompt's (with the start token), or 1. */
  positions: number;
  /** True for the prompt. */
  prefill: boolean;
}

/** Steering at work in one generation. For the prompt, and then for every new position: `begin`, its taps, `end`. */
export interface Intervention {
  taps: Taps;
  /** A passage is about to be fed: what is to happen in it is decided here. */
  begin?(passage: Passage): void;
  /** The passage has been read: its taps have been called, layer by layer, and what they saw can be summed up. */
  end?(passage: Passage): void;
  /**
   * False when taps replace nothing at the prompt's positions: rows with one prompt then share one reading of it, of whose
   * last layer taps see the last position alone. Default true.
   */
  changesPrompt?: boolean;
  /** One trace a row, of the positions that have ended. */
  trace?(): Trace[];
  /** Free the tensors it holds; called when the generation is over, however it ended. */
  dispose?(): void;
}

/** What is known when a generation begins. */
export interface SteerContext {
  model: SteeredModel;
  /** Rows of the batch that are steered. */
  rows: number;
  promptFrames: number;
  /** New frames that were asked for, where whoever generates says so. */
  frames?: number;
}

/** Makes an intervention for one generation: `generate`'s option `steer`. */
export interface Steer {
  (context: SteerContext): Intervention;
  /**
   * Where a method can steer rows in different ways by one intervention, which is much faster than one for each: rows that
   * follow one another and share this function are given to it. Nothing steers a row that is undefined.
   */
  byRows?(rows: (Steer | undefined)[]): Steer;
}

/** What the monitor of one trait saw and what was done about it, step by step. */
export interface TraitTrace {
  trait: string;
  /** C(t), measured at that step; empty when nothing was monitored */
  monitor: number[];
  /** the level of C at which the gate turns; NaN when nothing was monitored, or where nobody knows the gate's */
  threshold: number;
  /** share of full strength used at that step: schedule times gate; 0 is off */
  strength: number[];
}

/** What happened to one row, step by step. */
export interface Trace {
  /** frame of the take, the prompt's included, that codebook 0 has just read */
  step: number[];
  /** every trait that was steered or watched, in the order of the plan */
  traits: TraitTrace[];
}
