import { delay } from "../model/generate/delay";
import { checkTokens, type TokenGrid } from "../model/generate/tokens";
import { site, type Taps } from "../model/taps";
import type { CaptureModel } from "../probes/capture";
import type { ModelIdentity } from "../probes/probe";
import { distinct, type Head } from "./ablate";
import { type PlannedSteer, planned } from "./methods";
import { checkHead, type Replacement } from "./plan";
import { everyStep, type Schedule } from "./schedule";

/** z of some heads at every position of one clip or take. */
export interface HeadTrack {
  model: ModelIdentity;
  heads: Head[];
  /** codebook 0 of frame f is read at position f + 1 */
  positions: number;
  headDim: number;
  z: Float32Array; // [heads, positions, headDim]
}

/**
 * Read a clip's tokens, or a take's, once through the decoder and keep z of some heads at every position: what `patch`
 * puts into another take. A take's tokens give the z it had while it was made, as long as nothing was steered and no text
 * guided it.
 * @param grid [codebooks][frames]
 * @throws RangeError on tokens that the model does not know; Error on a head that it does not have
 */
export function headTrack(model: CaptureModel & ModelIdentity, grid: TokenGrid, heads: Head[]): HeadTrack {
  const { codebooks, vocabulary, headDim } = model;
  checkTokens(grid, codebooks, vocabulary, "headTrack");
  for (const { layer, head } of distinct("headTrack", heads)) checkHead("headTrack", layer, head, model);
  const tokens = delay(grid, grid[0].length, vocabulary);
  const positions = tokens[0].length;
  const z = new Float32Array(heads.length * positions * headDim);
  const taps: Taps = new Map();
  const last = Math.max(...heads.map(({ layer }) => layer));
  for (const read of new Set(heads.map(({ layer }) => layer))) {
    taps.set(site(read, "selfAttention.z"), (value) => {
      const all = value.dataSync<"float32">(); // [1, positions, heads, headDim]
      heads.forEach(({ layer, head }, h) => {
        if (layer !== read) return;
        for (let p = 0; p < positions; p++) {
          const from = (p * model.heads + head) * headDim;
          z.set(all.subarray(from, from + headDim), (h * positions + p) * headDim);
        }
      });
      return undefined;
    });
  }
  model.decoder.prefill([tokens], { taps, stopAfter: site(last, "selfAttention.z") });
  return { model: { name: model.name, fingerprint: model.fingerprint }, heads, positions, headDim, z };
}

/**
 * Activation patching (Vig et al. 2020; Meng et al. 2022, section 2): at every position the heads of a track get the z
 * they had there in the other clip. Where the track has ended they are left alone. Composes:
 * `together(patch(track), smitin(probes))`.
 * @param options heads: some of the track's, instead of all; shift: position p of the take gets position p + shift of
 *   the track (1 is a frame); from: "new" positions only, or the prompt too; schedule: every step, a share of 0.5 goes
 *   half the way
 * @returns what `generate` takes as `steer`
 * @throws Error on a head that the track does not hold, a shift that is no integer; when generating, on another model
 */
export function patch(
  track: HeadTrack,
  {
    heads = track.heads,
    shift = 0,
    schedule = everyStep(),
    from = "new",
  }: { heads?: Head[]; shift?: number; schedule?: Schedule; from?: "new" | "start" } = {},
): PlannedSteer {
  if (!Number.isInteger(shift)) throw new RangeError(`patch: shift: expected an integer, found ${shift}`);
  const { positions, headDim, z } = track;
  const replacements = distinct("patch", heads).map(({ layer, head }): Replacement => {
    const index = track.heads.findIndex((one) => one.layer === layer && one.head === head);
    if (index < 0) throw new Error(`patch: the track does not hold layer ${layer}, head ${head}`);
    const at = (position: number) => {
      const p = position + shift;
      const start = (index * positions + p) * headDim;
      return p >= 0 && p < positions ? z.subarray(start, start + headDim) : undefined;
    };
    return { layer, head, at };
  });
  return planned({
    channels: [],
    edits: [{ name: "patch", model: track.model, heads: replacements, schedule, from }],
  });
}
