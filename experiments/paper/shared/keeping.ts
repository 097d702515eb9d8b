import { type Audio, excerpt } from "../../../lib/audio/audio";
import { harmonyAgreement } from "../../../lib/judges/harmony";
import { soundness } from "../../../lib/judges/soundness";
import { tempoAgreement } from "../../../lib/judges/tempo";
import type { CellResult } from "../../../lib/sweep/cell";
import type { Lab } from "./lab";

/** What a take's new music keeps of its prompt, beside timbre and instruments. */
export interface Keeping {
  /** Correlation of mean chroma vectors, as `harmonyAgreement`; null when nothing sounds. */
  harmony: number | null;
  /** Whether the tempo is the prompt's, as `tempoAgreement`; null when nothing starts, or for clips too short to tell. */
  tempo: boolean | null;
  /** Neither clipped nor silent for long nor far from the prompt's loudness, as `soundness`. */
  isSound: boolean;
}

const shortest = 2; // seconds that a tempo takes

/** @param audio the sound of the cell's take, the prompt's included */
export function keepingOf({ model }: Lab, { tokens, promptFrames }: CellResult, audio: Audio): Keeping {
  const start = promptFrames / model.frameRate;
  const [prompt, added] = [excerpt(audio, 0, start), excerpt(audio, start)];
  const isLong = ({ samples, sampleRate }: Audio) => samples.length >= shortest * sampleRate;
  const [harmony] = harmonyAgreement([added], [prompt]);
  const tempo = isLong(prompt) && isLong(added) ? tempoAgreement([added], [prompt])[0].agrees : null;
  return { harmony, tempo, isSound: soundness({ audio, tokens, promptFrames }).problems.length === 0 };
}
