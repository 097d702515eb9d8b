import type { Audio } from "../audio/audio";
import { resample } from "../audio/resample";
import type { tf } from "../engine";
import { pauser } from "../jobs/interruption";
import type { OnProgress } from "../jobs/progress";
import { delay, promptPositions } from "../model/generate/delay";
import { checkTokens, type TokenGrid } from "../model/generate/tokens";
import type { MusicGen } from "../model/musicgen";
import { site, staged, type Taps } from "../model/taps";
import type { Pair } from "../music/pairs";
import { type Clip, unitOf } from "../music/quantity";
import type { HeadActivations, ValueActivations } from "./activations";

export interface CaptureOptions {
  /** clips read by the decoder at once */
  batch?: number;
  /** Stops the work, which then throws the signal's reason. */
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** A model that makes z out of sound. */
export type SoundModel = CaptureModel & Pick<MusicGen, "codec" | "sampleRate" | "name" | "fingerprint">;

/** The decoder and what it says of itself: enough to capture from tokens. */
export type CaptureModel = Pick<
  MusicGen,
  "decoder" | "codebooks" | "vocabulary" | "layers" | "heads" | "headDim"
>;

/**
 * z of every head at the last step of every clip, with its label: what `trainProbes` takes (SMITIN's probing).
 * Audio is resampled to the model's rate, encoded to tokens and read by the decoder without any condition.
 * Clips stand in the order with, without, with, without, ...
 * @param options recipe: what the clips are, in words, for the probe file
 * @throws Error without pairs, on pairs of several traits, on an empty clip
 */
export async function captureHeads(
  model: SoundModel,
  pairs: Pair[],
  { recipe, ...options }: CaptureOptions & { recipe?: string } = {},
): Promise<HeadActivations> {
  const trait = traitOf(pairs, "captureHeads", "pair");
  const clips = pairs.flatMap((pair) => [pair.with, pair.without]);
  return {
    ...(await captureSound(model, clips, options)),
    labels: Uint8Array.from(clips, (_, clip) => 1 - (clip % 2)),
    pair: Int32Array.from(clips, (_, clip) => clip >> 1),
    group: Int32Array.from(clips, (_, clip) => pairs[clip >> 1].artist ?? pairs[clip >> 1].song),
    trait,
    ...originOf(model),
    recipe: recipe ?? `${pairs.length} pairs of clips with and without ${trait}`,
  };
}

/**
 * z of every head at the last step of clips that have a number each: what `trainRidgeProbes` takes.
 * @throws Error without clips, on clips of several traits, on an empty clip
 */
export async function captureClips(
  model: SoundModel,
  clips: Clip[],
  { recipe, ...options }: CaptureOptions & { recipe?: string } = {},
): Promise<ValueActivations> {
  const trait = traitOf(clips, "captureClips", "clip");
  const audio = clips.map((clip) => clip.audio);
  return {
    ...(await captureSound(model, audio, options)),
    values: Float32Array.from(clips, ({ value }) => value),
    unit: unitOf[trait],
    group: Int32Array.from(clips, ({ artist, song }) => artist ?? song),
    trait,
    ...originOf(model),
    recipe: recipe ?? `${clips.length} clips with their ${trait}`,
  };
}

/** Where activations come from, as probe files tell it. */
export function originOf(model: SoundModel): Pick<HeadActivations, "site" | "model"> {
  return {
    site: site(0, "selfAttention.z").replace("0", "*"),
    model: { name: model.name, fingerprint: model.fingerprint },
  };
}

/** @throws Error when there are none, or they have several traits */
function traitOf<Trait extends string>(items: { trait: Trait }[], who: string, what: string): Trait {
  if (items.length === 0) throw new Error(`${who}: expected at least one ${what}, found none`);
  const { trait } = items[0];
  const other = items.find((item) => item.trait !== trait);
  if (other) throw new Error(`${who}: expected ${what}s of one trait, found ${trait} and ${other.trait}`);
  return trait;
}

async function captureSound(
  model: SoundModel,
  clips: Audio[],
  { batch = 16, signal, onProgress }: CaptureOptions,
): Promise<Pick<HeadActivations, "z" | "shape">> {
  checkBatch(batch);
  const { layers, heads, headDim } = model;
  const size = layers * heads * headDim;
  const z = new Float32Array(clips.length * size);
  const pause = pauser(signal);
  for (let start = 0; start < clips.length; start += batch) {
    const audio = clips.slice(start, start + batch).map((clip) => resample(clip, model.sampleRate).samples);
    const tokens = model.codec.encode(audio);
    await pause();
    z.set((await captureTokens(model, tokens, { batch, signal })).z, start * size);
    onProgress?.(Math.min(start + batch, clips.length), clips.length);
    await pause();
  }
  return { z, shape: [clips.length, layers, heads, headDim] };
}

/**
 * z of every head at the last step of token grids, which may differ in length.
 * The last step is position `frames` of the delayed sequence: there codebook 0 of the last frame has just been read (and
 * codebook k has been read up to k frames before it), and the frame after the clip's is predicted. Generation reads a prompt
 * up to the same position. Of the last layer only that position is computed, and nothing after its heads.
 * @returns z [grids, layers, heads, headDim]
 * @throws RangeError on a grid without frames or with other codebooks or codes than the model's
 */
export async function captureTokens(
  model: CaptureModel,
  grids: TokenGrid[],
  { batch = 16, signal, onProgress }: CaptureOptions = {},
): Promise<{ z: Float32Array; shape: [number, number, number, number] }> {
  checkBatch(batch);
  const { codebooks, vocabulary, layers, heads, headDim } = model;
  for (const [clip, grid] of grids.entries()) {
    checkTokens(grid, codebooks, vocabulary, `clip ${clip}`);
    if (grid[0].length === 0) throw new RangeError(`clip ${clip}: expected at least one frame, found none`);
  }
  const size = heads * headDim;
  const z = new Float32Array(grids.length * layers * size);
  const byLength = new Map<number, number[]>();
  grids.forEach((grid, clip) => {
    byLength.set(grid[0].length, [...(byLength.get(grid[0].length) ?? []), clip]);
  });
  const pause = pauser(signal);
  let done = 0;
  for (const [frames, clips] of byLength) {
    for (let start = 0; start < clips.length; start += batch) {
      const some = clips.slice(start, start + batch);
      const taps: Taps = new Map();
      for (let layer = 0; layer < layers; layer++) {
        const read = (value: tf.Tensor) => {
          const last = value.dataSync<"float32">(); // [rows, 1, heads, headDim]
          some.forEach((clip, row) => {
            z.set(last.subarray(row * size, (row + 1) * size), (clip * layers + layer) * size);
          });
        };
        taps.set(site(layer, "selfAttention.z"), staged({ read, lastOnly: true }));
      }
      const tokens = some.map((clip) =>
        delay(grids[clip], frames, vocabulary).map((row) => row.subarray(0, promptPositions(frames))),
      );
      model.decoder.prefill(tokens, { taps, lastOnly: true, stopAfter: site(layers - 1, "selfAttention.z") });
      done += some.length;
      onProgress?.(done, grids.length);
      await pause();
    }
  }
  return { z, shape: [grids.length, layers, heads, headDim] };
}

function checkBatch(batch: number): void {
  if (Number.isInteger(batch) && batch >= 1) return;
  throw new RangeError(`batch: expected an integer from 1, found ${batch}`);
}
