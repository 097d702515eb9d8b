import { normal, random } from "../../lib/math/random";
import type { Weights } from "../../lib/model/checkpoint/checkpoint";
import type { DecoderConfig } from "../../lib/model/checkpoint/config";

/** musicgen-small's decoder, and one that takes no time. */
export const decoderShapes: Record<string, DecoderConfig> = {
  "2 x 32": shape({
    numHiddenLayers: 2,
    hiddenSize: 32,
    numAttentionHeads: 8,
    ffnDim: 64,
    vocabSize: 64,
  }),
  "24 x 1024": shape({
    numHiddenLayers: 24,
    hiddenSize: 1024,
    numAttentionHeads: 16,
    ffnDim: 4096,
    vocabSize: 2048,
  }),
};

function shape(
  sizes: Pick<DecoderConfig, "numHiddenLayers" | "hiddenSize" | "numAttentionHeads" | "ffnDim" | "vocabSize">,
): DecoderConfig {
  return {
    ...sizes,
    maxPositionEmbeddings: 2048,
    activationFunction: "gelu",
    scaleEmbedding: false,
    numCodebooks: 4,
    padTokenId: sizes.vocabSize,
    bosTokenId: sizes.vocabSize,
  };
}

/** Weights that nobody trained, under Hugging Face's names: enough to measure time with. */
export function randomWeights({ hiddenSize, ffnDim, vocabSize }: DecoderConfig): Weights {
  const uniform = random(1);
  const table = Float32Array.from({ length: 4096 }, () => normal(uniform));
  const shapeOf = (name: string): number[] => {
    if (name.includes("layer_norm")) return [hiddenSize];
    if (name.includes("fc1")) return [ffnDim, hiddenSize];
    if (name.includes("fc2")) return [hiddenSize, ffnDim];
    if (name.includes("lm_heads")) return [vocabSize, hiddenSize];
    return [name.includes("embed_tokens") ? vocabSize + 1 : hiddenSize, hiddenSize];
  };
  return {
    name: "random",
    names: () => [],
    has: (name) => !name.startsWith("enc_to_dec_proj"),
    shape: shapeOf,
    read(name) {
      const [rows, columns] = shapeOf(name);
      if (columns === undefined) return new Float32Array(rows).fill(name.endsWith("weight") ? 1 : 0);
      const start = Math.floor(uniform() * table.length);
      const scale = 1 / Math.sqrt(columns);
      const values = new Float32Array(rows * columns);
      for (let i = 0; i < values.length; i++) values[i] = table[(start + 7 * i) % table.length] * scale;
      return values;
    },
  };
}
