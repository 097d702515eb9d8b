import type { Audio } from "../audio/audio";
import { peakOffset } from "../audio/peak";
import { stft } from "../audio/spectrum";
import { pearson } from "../math/statistics";
import { checkClips, checkPrompts } from "./clips";

/** A grid [frames, 12] of pitch classes from C, row by row: how much of each sounds. */
export interface Chroma {
  data: Float32Array;
  frames: number;
  /** Of a frame after the one before, in seconds. */
  hop: number;
}

/** A key, and how well it fits: the correlation of the clip's pitch classes with the key's profile. */
export interface MusicalKey {
  /** Pitch class, 0 = C. */
  tonic: number;
  mode: "major" | "minor";
  fit: number;
}

/** Shortest clip: two windows of half a second. */
const SECONDS = 1;
const LOWEST = 120; // Hz: below, half a second does not tell a semitone
const HIGHEST = 1000; // Hz: above, there are mostly overtones and cymbals

/**
 * Chroma vectors: peaks of the magnitude spectrum (windows of about half a second, every 1/8 of that) from 120 to
 * 1,000 Hz, each given to the nearest pitch class (A4 = 440 Hz).
 * @throws RangeError for a clip under a second or not finite
 */
export function chroma(clip: Audio): Chroma {
  checkClips("chroma", [clip], { seconds: SECONDS });
  const { samples, sampleRate } = clip;
  const fft = 2 ** Math.round(Math.log2(sampleRate / 2));
  const hop = fft / 8;
  const { data: magnitude, frames, bins } = stft(samples, { fft, hop });
  const data = new Float32Array(frames * 12);
  const first = Math.ceil((LOWEST * fft) / sampleRate);
  const last = Math.min(bins - 2, Math.floor((HIGHEST * fft) / sampleRate));
  for (let frame = 0; frame < frames; frame++) {
    const row = magnitude.subarray(frame * bins, (frame + 1) * bins);
    for (let bin = first; bin <= last; bin++) {
      const peak = row[bin];
      if (peak <= row[bin - 1] || peak < row[bin + 1]) continue;
      // The top of a parabola through the three magnitudes is nearer to the true frequency than the bin.
      const offset = peakOffset(row[bin - 1], peak, row[bin + 1]);
      const key = 69 + 12 * Math.log2(((bin + offset) * sampleRate) / fft / 440);
      data[frame * 12 + (((Math.round(key) % 12) + 12) % 12)] += peak;
    }
  }
  return { data, frames, hop: hop / sampleRate };
}

/** The mean chroma vector of a clip, summing to 1 (zeros for silence): [12]. @throws RangeError as `chroma` */
export function pitchClasses(clip: Audio): Float64Array {
  const { data } = chroma(clip);
  const classes = new Float64Array(12);
  for (let i = 0; i < data.length; i++) classes[i % 12] += data[i];
  const sum = classes.reduce((a, b) => a + b, 0);
  return sum > 0 ? classes.map((x) => x / sum) : classes;
}

/**
 * The key whose profile (Krumhansl & Kessler 1982) a clip's pitch classes fit best; null when nothing sounds. On 30
 * studio songs of 8 s the tonic was right in 23, the key or its relative in 25; on 3 s it is mostly the chord that sounds.
 * @throws RangeError as `chroma`
 */
export function musicalKey(clip: Audio): MusicalKey | null {
  const classes = pitchClasses(clip);
  const keys = (["major", "minor"] as const).flatMap((mode) =>
    Array.from({ length: 12 }, (_, tonic): MusicalKey => {
      const profile = classes.map((_, pitch) => PROFILES[mode][(pitch - tonic + 12) % 12]);
      return { tonic, mode, fit: pearson(classes, profile) };
    }),
  );
  const best = keys.reduce((a, b) => (b.fit > a.fit ? b : a));
  return Number.isNaN(best.fit) ? null : best;
}

/**
 * How far clips keep to the pitch classes of the prompts they continue: Pearson's correlation of their mean chroma
 * vectors, 1 the same, about 0 unrelated; null when nothing sounds in one of them. On 30 studio songs, 3 s against the
 * next 5 s: .65 on average within a song, .04 between songs of different tonics (area under the curve .90).
 * @returns one number a clip
 * @throws RangeError when there are not as many clips as prompts; as `chroma`
 */
export function harmonyAgreement(clips: readonly Audio[], prompts: readonly Audio[]): (number | null)[] {
  checkClips("harmony", clips, { seconds: SECONDS });
  checkPrompts("harmony", clips, prompts);
  return clips.map((clip, i) => {
    const agreement = pearson(pitchClasses(clip), pitchClasses(prompts[i]));
    return Number.isNaN(agreement) ? null : agreement;
  });
}

/** How well each pitch class above the tonic was judged to fit a key. */
const PROFILES = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
};
