import type { Engine, Linear } from "../../engine";
import { joined } from "../../math/concatenate";
import type { Weights } from "../checkpoint/checkpoint";
import type { DecoderConfig } from "../checkpoint/config";
import type { LayerWeights } from "./network";

export interface DecoderWeights {
  embeddings: Float32Array[]; // [codebooks] of [vocabulary + 1, hidden], in plain memory: looked up, summed, then sent
  layers: LayerWeights[];
  heads: Linear; // [hidden, codebooks x vocabulary]
  textProjection?: Linear; // [textHidden, hidden]
}

/**
 * Read a decoder, named as in Hugging Face's MusicgenForConditionalGeneration, ready for few and large multiplications.
 *
 * LayerNorm(x) W = ((x - mean) / deviation * gain + bias) W = normalize(x) (gain * W) + bias W, so its gain and bias move into
 * the matrix once, at load, and each step only normalises. Queries are scaled by 1 / sqrt(headDim) the same way.
 * @throws Error naming a missing tensor
 */
export function readDecoderWeights(
  weights: Weights,
  config: DecoderConfig,
  { createLinear }: Engine,
): DecoderWeights {
  const { hiddenSize: hidden, ffnDim: ffn } = config;
  const root = "decoder.model.decoder.";
  const codebooks = Array.from({ length: config.numCodebooks }, (_, k) => k);
  const headScale = 1 / Math.sqrt(hidden / config.numAttentionHeads);

  /** Matrices of one input, their outputs side by side, behind a LayerNorm or none; `scale` is of the first. */
  const join = (depth: number, names: string[], norm?: string, scale = 1): Linear => {
    const parts = names.map((name) => weights.read(`${name}.weight`)); // [out, depth] each
    if (scale !== 1) parts[0] = parts[0].map((value) => value * scale);
    const values = parts.length === 1 ? parts[0] : joined(parts); // [sum of out, depth]
    const columns = values.length / depth;
    if (!norm) return createLinear(values, depth, columns);
    const bias = fold(values, weights.read(`${norm}.weight`), weights.read(`${norm}.bias`));
    return createLinear(values, depth, columns, bias);
  };

  const readLayer = (l: number): LayerWeights => {
    const layer = `${root}layers.${l}.`;
    const own = ["q_proj", "k_proj", "v_proj"].map((name) => `${layer}self_attn.${name}`);
    const cross = `${layer}encoder_attn.`;
    return {
      qkv: join(hidden, own, `${layer}self_attn_layer_norm`, headScale),
      out: join(hidden, [`${layer}self_attn.out_proj`]),
      crossQuery: join(hidden, [`${cross}q_proj`], `${layer}encoder_attn_layer_norm`, headScale),
      crossKeyValue: join(hidden, [`${cross}k_proj`, `${cross}v_proj`]),
      crossOut: join(hidden, [`${cross}out_proj`]),
      up: join(hidden, [`${layer}fc1`], `${layer}final_layer_norm`),
      down: join(ffn, [`${layer}fc2`]),
    };
  };

  const readProjection = (name: string): Linear => {
    const [, textHidden] = weights.shape(`${name}.weight`);
    return createLinear(weights.read(`${name}.weight`), textHidden, hidden, weights.read(`${name}.bias`));
  };
  const heads = codebooks.map((k) => `decoder.lm_heads.${k}`);
  return {
    embeddings: codebooks.map((k) => weights.read(`${root}embed_tokens.${k}.weight`)),
    layers: Array.from({ length: config.numHiddenLayers }, (_, l) => readLayer(l)),
    heads: join(hidden, heads, `${root}layer_norm`),
    textProjection: weights.has("enc_to_dec_proj.weight") ? readProjection("enc_to_dec_proj") : undefined,
  };
}

export function disposeDecoderWeights({ layers, heads, textProjection }: DecoderWeights): void {
  for (const layer of layers) for (const matrix of Object.values(layer)) matrix.dispose();
  heads.dispose();
  textProjection?.dispose();
}

/**
 * Fold a norm's gain into a matrix, in place, and its bias into a bias of the result.
 * @param values [columns, depth]; gain, bias [depth]
 * @returns [columns]
 */
function fold(values: Float32Array, gain: Float32Array, bias: Float32Array): Float32Array {
  const depth = gain.length;
  const folded = new Float32Array(values.length / depth);
  for (let column = 0, at = 0; column < folded.length; column++) {
    let sum = 0;
    for (let k = 0; k < depth; k++, at++) {
      sum += bias[k] * values[at];
      values[at] *= gain[k];
    }
    folded[column] = sum;
  }
  return folded;
}
