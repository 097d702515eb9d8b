import { type Audio, excerpt } from "../audio/audio";
import { checkClips } from "./clips";
import type { PresenceJudge } from "./presence";
import { timbre } from "./similarity";

/** What makes vectors of clips, so that sets of clips can be compared as sets of vectors. */
export interface Embedding {
  /** Named in every result: a distance means nothing without its embedding. */
  name: string;
  /** Length in seconds of the stretches that are embedded; without it a clip is one vector. */
  window?: number;
  /** From the start of one stretch to the next; half a window by default. */
  hop?: number;
  /** Whether sets of different sample rates have comparable vectors; not by default. */
  anyRate?: boolean;
  /** One vector a clip, all of one length. */
  embed(clips: Audio[]): Float32Array[] | Promise<Float32Array[]>;
}

/** A named set of clips as vectors: [clips][windows][dimension]. */
export interface EmbeddedClips {
  set: string;
  embedding: string;
  dimension: number;
  /** In Hz; 0 where the embedding takes any. */
  sampleRate: number;
  clips: Float32Array[][];
}

/** What the presence judge makes of 1.5 s every .75 s before it decides (its penultimate layer). */
export function judgeEmbedding(judge: Pick<PresenceJudge, "embed">): Embedding {
  return {
    name: "presence judge, penultimate layer",
    window: 1.5,
    anyRate: true,
    embed: (clips) => judge.embed(clips),
  };
}

/** Mean and standard deviation of each log-mel band over 1 s every .5 s (`timbre`): no network, nothing learnt. */
export const timbreEmbedding: Embedding = {
  name: "timbre statistics",
  window: 1,
  embed: (clips) => clips.map(timbre),
};

/**
 * Embed a set of clips once, to compare it with many others.
 * @param set its name, which results carry
 * @throws RangeError for an empty set, a clip shorter than a window or not finite, or (unless the embedding takes any)
 * different sample rates
 */
export async function embedClips(
  embedding: Embedding,
  set: string,
  clips: readonly Audio[],
): Promise<EmbeddedClips> {
  const { name, window = 0, hop = window / 2, anyRate = false } = embedding;
  checkClips(`${name} of ${set}`, clips, { seconds: window, oneRate: !anyRate });
  const stretches = clips.map((clip) => (window ? cut(clip, window, hop) : [clip]));
  const vectors = await embedding.embed(stretches.flat());
  const dimension = vectors[0].length;
  const odd = vectors.find((vector) => vector.length !== dimension || !vector.every(Number.isFinite));
  if (odd)
    throw new RangeError(
      `${name} of ${set}: expected finite vectors of ${dimension} values, found one of ${odd.length} or not finite`,
    );
  let next = 0;
  return {
    set,
    embedding: name,
    dimension,
    sampleRate: anyRate ? 0 : clips[0].sampleRate,
    clips: stretches.map((list) => {
      next += list.length;
      return vectors.slice(next - list.length, next);
    }),
  };
}

/** Stretches of `window` seconds, one every `hop`, as many as fit. */
function cut(clip: Audio, window: number, hop: number): Audio[] {
  const size = Math.round(window * clip.sampleRate);
  const starts: number[] = [];
  for (let start = 0; Math.round(start * clip.sampleRate) + size <= clip.samples.length; start += hop)
    starts.push(start);
  return starts.map((start) => excerpt(clip, start, start + window));
}
