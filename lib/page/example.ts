import type { Strips } from "../live/strip";
import type { Head } from "../steering/ablate";

/** What the page shows before the model has loaded: takes made beforehand, and how well each head tells each trait. */
export interface Examples {
  model: { name: string; fingerprint: string };
  shape: { layers: number; heads: number; headDim: number };
  codebooks: number;
  vocabulary: number;
  sampleRate: number;
  frameRate: number;
  traits: TraitGrid[];
  takes: Example[];
}

/** What the probes of one trait know, head by head, in the order of layers and heads. */
export interface TraitGrid {
  trait: string;
  accuracy: number[];
  /** 95 % Wilson intervals of these. */
  low: number[];
  high: number[];
  /** Threshold of the monitor, and the heads that it watches. */
  threshold: number;
  watched: Head[];
}

/** A take made beforehand, with the unsteered one of the same seed. */
export interface Example {
  /** A file name, and a title for people. */
  name: string;
  title: string;
  /** Who plays in the prompt. */
  players: string[];
  seed: number;
  /** [codebooks][frames] */
  prompt: number[][];
  strips: Strips;
  /** New frames only, [codebooks][frames]: what was steered, and what was not. */
  tokens: number[][];
  plain: number[][];
  /** The steered take's and the unsteered one's largest sample of each hundredth of a second, of 255; with the prompt. */
  peaks: number[][];
  /** C(t) by step, [steps][traits], of the steered take and of the unsteered one. */
  monitor: number[][];
  unsteered: number[][];
  strength: number[][];
}
