import { normal, random } from "../../lib/math/random";
import type { HeadActivations } from "../../lib/probes/activations";

/**
 * Made-up activations: normal noise, and in every head but (0, 0) the class mean moved along axis (layer + head) % headDim.
 * Clips alternate with and without the trait.
 */
export function activations({
  songs = 8,
  pairsPerSong = 4,
  layers = 2,
  heads = 2,
  headDim = 4,
  separation = 2,
  seed = 1,
} = {}): HeadActivations {
  const clips = 2 * songs * pairsPerSong;
  const uniform = random(seed);
  const z = Float32Array.from({ length: clips * layers * heads * headDim }, (_, i) => {
    const head = Math.floor(i / headDim) % heads;
    const layer = Math.floor(i / headDim / heads) % layers;
    const clip = Math.floor(i / headDim / heads / layers);
    const planted = layer + head > 0 && i % headDim === (layer + head) % headDim;
    return normal(uniform) + (planted ? separation * (clip % 2 === 0 ? 0.5 : -0.5) : 0);
  });
  return {
    z,
    shape: [clips, layers, heads, headDim],
    labels: Uint8Array.from({ length: clips }, (_, clip) => (clip + 1) % 2),
    pair: Int32Array.from({ length: clips }, (_, clip) => clip >> 1),
    group: Int32Array.from({ length: clips }, (_, clip) => Math.floor(clip / (2 * pairsPerSong))),
    trait: "drums",
    site: "layers.*.selfAttention.z",
    model: { name: "made up", fingerprint: "0123456789abcdef" },
    recipe: `normal noise, seed ${seed}`,
  };
}

/** A copy that shares nothing. */
export function clone(data: HeadActivations): HeadActivations {
  return structuredClone(data);
}
