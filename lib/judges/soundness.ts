import { type Audio, duration, excerpt } from "../audio/audio";
import { decibels, meanSquare, type SoundLevel, soundLevel } from "../audio/level";
import { checkClips } from "./clips";

/** What is needed of a take: `Take` has it. */
export interface ContinuedAudio {
  audio: Audio;
  /** [codebooks][frames], as long as the audio. */
  tokens: ArrayLike<number>[];
  promptFrames: number;
}

export interface SoundnessLimits {
  /** Largest change of loudness against the prompt, dB up or down. */
  change?: number;
  /** Largest share of samples at full scale. */
  clipped?: number;
  /** Longest silence, seconds. */
  silence?: number;
}

/** Whether a take is technically sound, music aside. */
export interface Soundness {
  /** Active loudness of what was generated, dBFS; -Infinity when it is silent. */
  loudness: number;
  /** By how much it is louder than the prompt, dB; null without a prompt or when that is silent. */
  change: number | null;
  /** Share of generated samples at full scale. */
  clipped: number;
  /** Share of tenths of a second below -60 dBFS. */
  silent: number;
  /** Longest stretch of such, seconds. */
  longestSilence: number;
  /** What is wrong, in words; empty when the take is sound. */
  problems: string[];
}

const SILENCE = -60; // dBFS
const BLOCK = 0.1; // seconds

/**
 * Check what a model generated, after the prompt's frames, for loudness, clipping and dropouts.
 * @param take a take; its prompt is what the codec makes of it, so that the codec's own loss does not count
 * @param limits beyond which something is a problem: by default 6 dB, 1 sample in 1,000, 1 s
 * @throws RangeError when the take is not finite or has less than a tenth of a second after its prompt
 */
export function soundness(
  { audio, tokens, promptFrames }: ContinuedAudio,
  { change: mostChange = 6, clipped: mostClipped = 0.001, silence: mostSilence = 1 }: SoundnessLimits = {},
): Soundness {
  checkClips("soundness", [audio], { seconds: BLOCK });
  const start = (promptFrames / tokens[0].length) * duration(audio);
  if (!(duration(audio) - start >= BLOCK))
    throw new RangeError(
      `soundness: expected at least ${BLOCK} s after the prompt of ${start.toFixed(2)} s, found ${(duration(audio) - start).toFixed(2)} s`,
    );
  const generated = excerpt(audio, start);
  const { active: loudness, clipped }: SoundLevel = soundLevel(generated);
  const before = promptFrames > 0 ? soundLevel(excerpt(audio, 0, start)).active : Number.NEGATIVE_INFINITY;
  const change = Number.isFinite(before) ? loudness - before : null;
  const { silent, longest } = silence(generated);
  const problems: string[] = [];
  if (loudness === Number.NEGATIVE_INFINITY) problems.push("silent");
  else if (change !== null && Math.abs(change) > mostChange)
    problems.push(`${Math.abs(change).toFixed(1)} dB ${change > 0 ? "louder" : "quieter"} than the prompt`);
  if (clipped > mostClipped) problems.push(`${(100 * clipped).toFixed(1)} % of samples clipped`);
  if (loudness > Number.NEGATIVE_INFINITY && longest > mostSilence)
    problems.push(`${longest.toFixed(1)} s of silence`);
  return { loudness, change, clipped, silent, longestSilence: longest, problems };
}

function silence(audio: Audio): { silent: number; longest: number } {
  const blocks = Math.floor(duration(audio) / BLOCK);
  let silent = 0;
  let run = 0;
  let longest = 0;
  for (let block = 0; block < blocks; block++) {
    const quiet = decibels(meanSquare(excerpt(audio, block * BLOCK, (block + 1) * BLOCK).samples)) < SILENCE;
    run = quiet ? run + 1 : 0;
    if (quiet) silent++;
    longest = Math.max(longest, run);
  }
  return { silent: silent / blocks, longest: longest * BLOCK };
}
