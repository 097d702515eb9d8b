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

/** Steering at work in one generation: taps, and what they recorded. */
export interface Intervention {
  taps: Taps;
  /**
   * False when taps replace nothing at the prompt's positions: rows with one prompt then share one reading of it.
   * Default true.
   */
  changesPrompt?: boolean;
  beforeStep?(step: number): void;
  afterStep?(step: number): void;
  /** One trace a row, complete once the last step has run. */
  trace?(): Trace[];
  /** Free the tensors it holds; called when the generation is over, however it ended. */
  dispose?(): void;
}

/** Makes an intervention for one generation: `generate`'s option `steer`. */
export type Steer = (context: { model: SteeredModel; rows: number; promptFrames: number }) => Intervention;

/** What the monitor of one trait saw and what was done about it, step by step. */
export interface TraitTrace {
  trait: string;
  /** C(t), measured at that step; empty when nothing was monitored */
  monitor: number[];
  /** NaN when nothing was monitored */
  threshold: number;
  /** share of full strength used at that step: schedule times gate; 0 is off */
  strength: number[];
}

/** One row's trace: the first trait's (often the only one's) numbers, and those of every trait. */
export interface Trace extends Omit<TraitTrace, "trait"> {
  /** frame of the take, the prompt's included, that codebook 0 has just read */
  step: number[];
  /** every trait that was steered or watched, in the order of the plan, the first included */
  traits: TraitTrace[];
}
