import type { Audio } from "../audio/audio";
import { logMel } from "../audio/spectrum";
import { checkClips, checkPrompts } from "./clips";

/** What a clip sounds like on the whole: mean and standard deviation of each log-mel band over time, [2 * mels]. */
export function timbre(clip: Audio): Float32Array {
  const { data, frames, mels } = logMel(clip);
  const summary = new Float32Array(2 * mels);
  for (let mel = 0; mel < mels; mel++) {
    let sum = 0;
    let squares = 0;
    for (let frame = 0; frame < frames; frame++) {
      const x = data[frame * mels + mel];
      sum += x;
      squares += x * x;
    }
    const mean = sum / frames;
    summary[mel] = mean;
    summary[mels + mel] = Math.sqrt(Math.max(0, squares / frames - mean * mean));
  }
  return summary;
}

/**
 * How alike clips sound to the prompts they continue: the cosine between their timbres, both centred on the mean of
 * `reference` so that what all music has in common does not count. 1 is the same, 0 unrelated.
 * @returns one number a clip
 * @throws RangeError when there are not as many clips as prompts, no reference, different sample rates, or one is not finite
 */
export function similarity(clips: Audio[], prompts: Audio[], reference: Audio[]): number[] {
  checkPrompts("similarity", clips, prompts);
  checkClips("similarity", [...clips, ...prompts, ...reference], { oneRate: true });
  checkClips("similarity's reference", reference);
  const to = similarityTo(reference);
  return clips.map((clip, i) => to(clip, prompts[i]));
}

/** `similarity` of one clip after another to prompts that come again: the reference's timbres are kept. */
export function similarityTo(reference: Audio[]): (clip: Audio, prompt: Audio) => number {
  const known = new Map(reference.map((clip) => [clip, timbre(clip)]));
  const others = reference.map((clip) => known.get(clip)!);
  const centre = others[0].map((_, i) => others.reduce((sum, row) => sum + row[i], 0) / others.length);
  const centred = (clip: Audio) => (known.get(clip) ?? timbre(clip)).map((x, i) => x - centre[i]);
  return (clip, prompt) => cosine(centred(clip), centred(prompt));
}

function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let ofA = 0;
  let ofB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    ofA += a[i] * a[i];
    ofB += b[i] * b[i];
  }
  return dot / Math.sqrt(ofA * ofB || 1);
}
