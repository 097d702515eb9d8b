import type { Audio } from "../../../lib/audio/audio";
import type { Prompt } from "../../../lib/music/pairs";
import type { Instrument } from "../../../lib/music/song";

/** A prompt as sweeps take it: sound that lacks an instrument, and what a listener might write of it. */
export interface CaptionedPrompt {
  id: string;
  audio: Audio;
  trait: string;
  /** Prompts of one song share this number. */
  song: number;
  /** Where it is known who plays. */
  players?: Instrument[];
  caption: string;
}

/** A prompt that the studio band plays: it can go on. */
export type BandPrompt = CaptionedPrompt & Prompt;
