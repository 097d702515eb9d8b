import { telling } from "./telling";
import "../../../lib/disk/soundFont";
import type { Audio } from "../../../lib/audio/audio";
import { resample } from "../../../lib/audio/resample";
import { describeData } from "../../../lib/disk/openData";
import { type EmbeddedClips, judgeEmbedding } from "../../../lib/judges/embedding";
import { type FrechetDistance, frechetDistance } from "../../../lib/judges/frechet";
import { hashOf } from "../../../lib/math/hash";
import { itemsOf } from "../../../lib/music/dataset";
import { bandPairs } from "../../../lib/music/pairs";
import type { Instrument } from "../../../lib/music/song";
import { cached } from "./cached";
import { type Heard, hearMusic } from "./heard";
import type { Lab } from "./lab";
import { isRecorded, recordedPairs } from "./recorded";

const seconds = 4; // the longest clips that the band's pairs have

/** Covariances of few windows are drawn to a sphere, by as much as Ledoit & Wolf estimate; the same for every set. */
export const shrinkage = "ledoit-wolf";

/**
 * Clips with a trait, as the codec makes them, of songs that no probe saw: what Frechet distances are taken to. Kept in the
 * folder's cache.
 * @throws Error for fewer than two clips, which have no covariance
 */
export async function referenceFor(lab: Lab, trait: string): Promise<EmbeddedClips> {
  const { model, judge, profile, seed, data } = lab;
  const wish = { trait, count: profile.reference, seconds };
  const songs = isRecorded(lab) ? recordedPairs(lab, "reference", wish) : undefined;
  const facts = [judge.fingerprint ?? null, profile.reference, seconds, songs ? songs.key : seed];
  const key = hashOf(model.fingerprint, JSON.stringify(facts));
  const heard = await cached(lab, `reference-${trait}-${key}`, async () => {
    const onProgress = telling(lab, `reference with ${trait}`);
    const who = trait as Instrument;
    const pairs = songs
      ? itemsOf(songs)
      : await bandPairs({ ...wish, trait: who, seed: seed + 1, onProgress }); // other songs than the probes'
    const clips: Heard[] = [];
    for await (const pair of pairs) {
      clips.push(await hearMusic(lab, throughCodec(lab, pair.with)));
      if (songs) onProgress(clips.length, profile.reference);
    }
    return clips;
  });
  if (heard.length < 2)
    throw new Error(
      `${describeData(data)}: expected at least 2 clips of ${seconds} s with ${trait} in the songs kept for references, found ${heard.length}`,
    );
  return embedded(lab, `${heard.length} clips of ${seconds} s of ${describeData(data)} with ${trait}`, heard);
}

/** Frechet audio distance of takes to a reference, with its bootstrap interval; null for fewer than two takes. */
export function distanceTo(
  lab: Lab,
  reference: EmbeddedClips,
  set: string,
  heard: Heard[],
): FrechetDistance | null {
  if (heard.length < 2) return null;
  return frechetDistance(embedded(lab, set, heard), reference, { shrinkage, resamples: 100, seed: lab.seed });
}

/** What was heard, as a set of clips that distances are taken of. */
export function embedded({ judge }: Lab, set: string, heard: Heard[]): EmbeddedClips {
  const clips = heard.map(({ embedding }) => embedding.map((vector) => Float32Array.from(vector)));
  const dimension = clips[0][0].length;
  return { set, embedding: judgeEmbedding(judge).name, dimension, sampleRate: 0, clips };
}

/** A clip at the model's rate, encoded and decoded: what the model's music must be compared with. */
export function throughCodec({ model }: Lab, clip: Audio): Audio {
  const { codec, sampleRate } = model;
  return { samples: codec.decode(codec.encode([resample(clip, sampleRate).samples]))[0], sampleRate };
}
