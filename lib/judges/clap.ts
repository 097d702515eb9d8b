import type { Audio } from "../audio/audio";
import { resample } from "../audio/resample";
import { checkClips } from "./clips";
import type { Embedding } from "./embedding";
import type { Verdict } from "./presence";

/** The two halves of a CLAP: each makes vectors of one space, of any length. */
export interface ClapEncoders {
  /** For results: the model's name or folder. */
  name: string;
  sampleRate: number;
  /** How much the audio half hears at once, seconds. */
  seconds: number;
  /** @param samples `seconds` long, at `sampleRate` */
  audio(samples: Float32Array): Promise<Float32Array>;
  texts(texts: string[]): Promise<Float32Array[]>;
}

/** What to compare a clip with, a trait: captions as with it and as without it, alike in all else. */
export interface Captions {
  with: string[];
  without: string[];
}

export interface ClapOptions {
  /** Captions of each trait. */
  captions?: Record<string, Captions>;
  /** Factor on cosines before the softmax; 1 / .07 is where CLAP's own starts to train. It moves no decision. */
  scale?: number;
}

/** Zero-shot presence by CLAP (Wu et al. 2023, arXiv 2211.06687): hears what its captions describe, trained on none of it here. */
export interface ClapJudge {
  name: string;
  traits: string[];
  /** As the presence judge's, so that `isPresent` reads it; a window is what CLAP hears at once, or the whole clip. */
  hear(clips: readonly Audio[]): Promise<Verdict[]>;
  /** For `embedClips` and Frechet distances. */
  embedding: Embedding;
}

/**
 * A judge from a CLAP's two halves.
 * @throws RangeError for a trait without captions on either side
 */
export async function createClapJudge(encoders: ClapEncoders, options: ClapOptions = {}): Promise<ClapJudge> {
  const { captions = bandCaptions, scale = 1 / 0.07 } = options;
  const traits = Object.keys(captions);
  const sides: [Float32Array, Float32Array][] = []; // a trait: [with, without]
  for (const trait of traits) {
    const { with: present, without: absent } = captions[trait];
    if (present.length === 0 || absent.length === 0)
      throw new RangeError(
        `captions of ${trait}: expected at least one with and one without it, found ${present.length} and ${absent.length}`,
      );
    sides.push([centre(await encoders.texts(present)), centre(await encoders.texts(absent))]);
  }
  const windowVectors = async (clip: Audio) => {
    const vectors: Float32Array[] = [];
    for (const window of clapWindows(clip, encoders)) vectors.push(await encoders.audio(window));
    return vectors;
  };
  return {
    name: `CLAP ${encoders.name}`,
    traits,
    async hear(clips) {
      checkClips("CLAP", clips);
      const verdicts: Verdict[] = [];
      for (const clip of clips) {
        const vectors = await windowVectors(clip);
        verdicts.push({
          traits,
          probabilities: vectors.map((vector) =>
            sides.map((side) => presenceProbability(vector, side, scale)),
          ),
        });
      }
      return verdicts;
    },
    embedding: {
      name: `CLAP ${encoders.name}`,
      anyRate: true,
      async embed(clips) {
        const vectors: Float32Array[] = [];
        for (const clip of clips) vectors.push(centre(await windowVectors(clip)));
        return vectors;
      },
    },
  };
}

/** The probability of "with" against "without": softmax of the two cosines with a clip's vector, times `scale`. */
export function presenceProbability(
  clip: Float32Array,
  [present, absent]: [Float32Array, Float32Array],
  scale: number,
): number {
  const audio = unit(clip);
  const closer = dot(audio, unit(present)) - dot(audio, unit(absent));
  return 1 / (1 + Math.exp(-scale * closer));
}

/**
 * A clip as CLAP hears it: resampled; a shorter one repeated as often as it fits whole, then silence ("repeatpad", as it was
 * trained); a longer one as windows from start to end without gaps, the last one flush with the end.
 */
export function clapWindows(
  clip: Audio,
  { sampleRate, seconds }: Pick<ClapEncoders, "sampleRate" | "seconds">,
): Float32Array[] {
  const { samples } = resample(clip, sampleRate);
  const size = Math.round(seconds * sampleRate);
  if (samples.length <= size) {
    const window = new Float32Array(size);
    for (let at = 0; at + samples.length <= size; at += samples.length) window.set(samples, at);
    return [window];
  }
  const count = Math.ceil(samples.length / size);
  return Array.from({ length: count }, (_, i) => {
    const start = Math.round(((samples.length - size) * i) / (count - 1));
    return samples.slice(start, start + size);
  });
}

/** Captions of music with an instrument, and without it. */
export const instrumentCaptions = (instrument: string): Captions => ({
  with: [`music with ${instrument}`, `a recording of a band with ${instrument}`],
  without: [`music without ${instrument}`, `a recording of a band without ${instrument}`],
});

/** Captions for the instruments of the studio band. */
export const bandCaptions: Record<string, Captions> = {
  drums: instrumentCaptions("drums"),
  bass: instrumentCaptions("bass guitar"),
  guitar: instrumentCaptions("guitar"),
  piano: instrumentCaptions("piano"),
};

/** Mean of vectors brought to length 1, brought to length 1. */
function centre(vectors: Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0].length);
  for (const vector of vectors.map(unit)) for (let i = 0; i < sum.length; i++) sum[i] += vector[i];
  return unit(sum);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((x) => x / length) : vector;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}
