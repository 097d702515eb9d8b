import type { Audio } from "../audio/audio";
import { estimateTempo, shortestTempo, type Tempo } from "../audio/tempo";
import { checkClips, checkPrompts } from "./clips";

/** A clip's tempo beside its prompt's. */
export interface TempoAgreement {
  /** null when one of them has no onsets */
  agrees: boolean | null;
  clip: Tempo | null;
  prompt: Tempo | null;
}

/**
 * A clip's tempo as `estimateTempo` finds it, from 60 to 200 beats a minute. Right up to a factor of two or three, within
 * 4 %, on 3 s of 30 studio songs: 30 with the whole band, 30 drums alone, 28 without drums, 27 guitar, 21 bass, 13 piano
 * alone, whose patterns have other periods than the beat.
 * @returns null when nothing starts
 * @throws RangeError for a clip under two seconds or not finite
 */
export function tempo(clip: Audio): Tempo | null {
  checkClips("tempo", [clip], { seconds: shortestTempo });
  return estimateTempo(clip);
}

/**
 * Whether clips keep the tempo of the prompts they continue; twice, three times, half and a third of it count as the
 * same (the "accuracy 2" of MIREX), since an estimate often errs by such a factor.
 * @param tolerance relative
 * @throws RangeError when there are not as many clips as prompts; as `tempo`
 */
export function tempoAgreement(
  clips: readonly Audio[],
  prompts: readonly Audio[],
  { tolerance = 0.04 } = {},
): TempoAgreement[] {
  checkClips("tempo", clips, { seconds: shortestTempo });
  checkPrompts("tempo", clips, prompts);
  return clips.map((audio, i) => {
    const [clip, prompt] = [tempo(audio), tempo(prompts[i])];
    return { agrees: clip && prompt && sameTempo(clip.bpm, prompt.bpm, tolerance), clip, prompt };
  });
}

/** Whether two tempi are the same up to a factor of 1, 2 or 3. */
export function sameTempo(a: number, b: number, tolerance = 0.04): boolean {
  return [1 / 3, 1 / 2, 1, 2, 3].some((factor) => Math.abs(a / (b * factor) - 1) <= tolerance);
}
