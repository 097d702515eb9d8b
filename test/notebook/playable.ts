import type { MusicGen } from "../../lib/model/musicgen";
import type { TokenGrid } from "../../lib/model/tokens";
import type { HeadActivations } from "../../lib/probes/activations";
import type { ProbeSet } from "../../lib/probes/probe";
import { normal, random } from "../../lib/random";
import { madeUp, openModel } from "../sweep/fixture";

const times = 10;

/** The tiny model of test/fixtures as a browser can play it: every sample ten times, 4 kHz, 50 frames a second. */
export function playable(): MusicGen {
  const tiny = openModel();
  const { codec } = tiny;
  const slowed = {
    ...codec,
    config: { ...codec.config, hopLength: times * codec.config.hopLength },
    decode: (grids: TokenGrid[]) =>
      codec
        .decode(grids)
        .map((short) =>
          Float32Array.from({ length: times * short.length }, (_, i) => short[Math.floor(i / times)]),
        ),
  };
  return Object.create(tiny, {
    sampleRate: { value: times * tiny.sampleRate },
    frameRate: { value: tiny.frameRate },
    codec: { value: slowed },
  });
}

/** Probes that nobody trained, for two traits. */
export function twoTraits(model: MusicGen): { drums: ProbeSet; piano: ProbeSet } {
  const drums = madeUp(model, model.fingerprint);
  return { drums, piano: { ...drums, trait: "piano" } };
}

/** Heads' values of twelve clips at random, and a sound of half a second for each. */
export function hearable({ layers, heads, headDim, fingerprint }: MusicGen) {
  const uniform = random(8);
  const clips = 12;
  const activations: HeadActivations = {
    z: Float32Array.from({ length: clips * layers * heads * headDim }, () => normal(uniform)),
    shape: [clips, layers, heads, headDim],
    labels: Uint8Array.from({ length: clips }, (_, clip) => clip % 2),
    pair: Int32Array.from({ length: clips }, (_, clip) => clip >> 1),
    trait: "drums",
    site: "layers.*.selfAttention.z",
    model: { name: "plain", fingerprint },
    recipe: "",
  };
  const sounds = Array.from({ length: clips }, (_, clip) => ({
    samples: Float32Array.from({ length: 4000 }, (_, i) => 0.3 * Math.sin((0.05 + 0.01 * clip) * i)),
    sampleRate: 8000,
  }));
  return { activations, sounds };
}
