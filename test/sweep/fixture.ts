import { join } from "node:path";
import type { Audio } from "../../lib/audio/audio";
import { diskFolder } from "../../lib/disk/folder";
import type { Verdict } from "../../lib/judges/presence";
import { random } from "../../lib/math/random";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import { type MusicGen, openMusicGen } from "../../lib/model/musicgen";
import "../../lib/native/engine"; // the first operation starts the engine
import type { ProbeSet } from "../../lib/probes/probe";
import type { SweepJudge } from "../../lib/sweep/measure";
import type { SweepOptions } from "../../lib/sweep/options";
import { makeProbes } from "../probes/make";

/** The tiny model of test/fixtures: 2 layers, 4 heads, 400 Hz. */
export function openModel(): MusicGen {
  return openMusicGen(diskFolder(join(__dirname, "../fixtures/musicgen/plain")));
}

/** Probes of that model that nobody trained, strong enough to change what it says. */
export function madeUp(
  { layers, heads, headDim }: Pick<MusicGen, "layers" | "heads" | "headDim">,
  fingerprint: string,
): ProbeSet {
  const accuracies = Array.from({ length: layers * heads }, (_, i) => 0.55 + 0.05 * i);
  return makeProbes({ name: "plain", fingerprint, layers, heads, headDim }, { accuracies });
}

/** Tokens at random. */
export function prompt(seed: number, frames: number): TokenGrid {
  const uniform = random(seed);
  return Array.from({ length: 4 }, () =>
    Int32Array.from({ length: frames }, () => Math.floor(uniform() * 50)),
  );
}

/** Hears drums in loud clips and piano in all, in clips of 0.1 s or more. */
export const judge: SweepJudge = {
  traits: ["drums", "piano"],
  hear: (clips) => clips.map(hearOne),
};

function hearOne({ samples, sampleRate }: Audio): Verdict {
  if (samples.length < 0.1 * sampleRate) throw new RangeError("the judge needs at least 0.1 s of audio");
  const energy = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
  return { traits: ["drums", "piano"], probabilities: [[1 - Math.exp(-energy * 1e3), 0.9]] };
}

/** 2 prompts of one length and a longer one, 2 seeds, 8 settings and the reference: 54 cells. */
export function smallSweep(model: MusicGen): SweepOptions {
  return {
    prompts: [prompt(1, 6), { id: "long", tokens: prompt(2, 9), players: ["piano"] }, prompt(3, 6)],
    probes: madeUp(model, model.fingerprint),
    alpha: [0, 20, 200],
    topK: [1, "all"],
    seeds: [0, 1],
    frames: 8,
    judge,
  };
}
