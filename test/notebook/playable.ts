import { normal, random } from "../../lib/math/random";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import type { MusicGen } from "../../lib/model/musicgen";
import type { HeadActivations } from "../../lib/probes/activations";
import type { ProbeSet } from "../../lib/probes/probe";
import { madeUp, openModel } from "../sweep/fixture";

const [rate, samplesPerFrame] = [4000, 80];

/**
 * The tiny model of test/fixtures with a codec that a browser can play, 4 kHz and 50 frames a second, and in which every
 * token of the first codebook sounds, as a tone of its own.
 */
export function playable(): MusicGen {
  const tiny = openModel();
  const codec = {
    ...tiny.codec,
    config: { ...tiny.codec.config, hopLength: samplesPerFrame },
    decode: (grids: TokenGrid[]) => grids.map(([tones]) => sound(tones)),
  };
  return Object.create(tiny, {
    sampleRate: { value: rate },
    frameRate: { value: rate / samplesPerFrame },
    codec: { value: codec },
  });
}

function sound(tones: Int32Array): Float32Array {
  const length = samplesPerFrame * tones.length;
  return Float32Array.from({ length }, (_, i) => {
    const hertz = 100 + 25 * tones[Math.floor(i / samplesPerFrame)];
    return 0.3 * Math.sin((2 * Math.PI * hertz * i) / rate);
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
