import type { Move, Seen } from "../live/liveSteer";
import type { Strips } from "../live/strip";
import type { Head } from "../steering/ablate";
import type { TraitGrid } from "./example";

/** Sound and tokens of what a take continues. */
export interface PromptOfPage {
  /** Who plays, or the file's name. */
  name: string;
  /** [codebooks][frames] */
  tokens: number[][];
}

/** A take that the worker is to make. */
export interface TakeOrder {
  number: number;
  prompt: number[][];
  seed: number;
  /** New frames. */
  frames: number;
  /** Play these moves again, until a hand moves something. */
  moves?: Move[];
}

/** What the page says to the worker. */
export type ToWorker =
  | { say: "load"; files: string[]; probes: Record<string, string> }
  | { say: "make"; order: TakeOrder; strips: Strips; muted: Head[] }
  | { say: "hands"; strips: Strips; muted: Head[] }
  /** How far a take may be made: seconds after its prompt. */
  | { say: "until"; seconds: number }
  | { say: "stop" }
  | { say: "encode"; id: number; samples: Float32Array; sampleRate: number }
  | { say: "listen"; id: number; tokens: number[][] }
  | { say: "band"; id: number; count: number; trait: string; has: boolean; seed: number }
  | { say: "train"; id: number; trait: string; with: ClipOfPage[]; without: ClipOfPage[] }
  | { say: "probes"; id: number; text: string; name: string };

export interface ClipOfPage {
  samples: Float32Array;
  sampleRate: number;
}

/** The likeliest next tokens of the first codebook, the likeliest first. */
export interface NextTokens {
  token: number[];
  probability: number[];
}

/** What the worker says to the page. */
export type ToPage =
  | { say: "loading"; file: string; done: number; total: number }
  | { say: "ready"; fingerprint: string; lookAhead: number; hasSimd: boolean }
  | { say: "failed"; why: string }
  | { say: "begun"; number: number }
  | Made
  | { say: "ended"; number: number; moves: Move[]; tokens: string; frames: number }
  | { say: "wrong"; number: number; why: string }
  | { say: "stray"; why: string }
  | { say: "progress"; id: number; done: number; total: number; what: string }
  | { say: "answer"; id: number; value: unknown }
  | { say: "refused"; id: number; why: string };

/** The next stretch of a take. */
export interface Made {
  say: "made";
  number: number;
  /** The steered row and the unsteered one. */
  sound: Float32Array[];
  seen: Seen[];
  /** New columns of the steered row, [frames][codebooks], and of the other. */
  tokens: number[][];
  plain: number[][];
  /** By frame. */
  next: NextTokens[];
  moves: Move[];
  /** Seconds of music a second of work, lately. */
  speed: number;
}

/** What training by ear gives. */
export interface Trained {
  /** Clips of each kind. */
  count: number;
  /** In how many shufflings of the labels the best head did as well. */
  chance: { reached: number; tries: number };
  grid: TraitGrid;
  text: string;
  trait: string;
  best: { layer: number; head: number; accuracy: number; low: number; high: number };
}
