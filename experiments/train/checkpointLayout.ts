import type { Weights } from "../../lib/model/checkpoint/checkpoint";
import type { TensorData } from "../../lib/model/checkpoint/safetensors";
import { textShape } from "./decoderNetwork";
import type { Parameters } from "./parameters";
import { studioCodec, studioDecoder } from "./studio";

/** The training network's parameters under Hugging Face's names, matrices as [out, in]. */
export function decoderCheckpoint(parameters: Parameters): Record<string, TensorData> {
  const values = parameters.values();
  const out: Record<string, TensorData> = {};
  for (const { stored, name, columns } of decoderLayout()) {
    const { shape, data } = values.get(name)!;
    if (!columns) {
      out[stored] = { shape, data };
      continue;
    }
    const [from, count] = columns;
    const turned = new Float32Array(count * shape[0]);
    for (let c = 0; c < count; c++) {
      for (let r = 0; r < shape[0]; r++) turned[c * shape[0] + r] = data[r * shape[1] + from + c];
    }
    out[stored] = { shape: [count, shape[0]], data: turned };
  }
  return out;
}

/**
 * The inverse of decoderCheckpoint: values for the training network, by its names, from a checkpoint such as the bundled
 * one. What no checkpoint holds stays as it is.
 */
export function fromDecoderCheckpoint(weights: Weights, parameters: Parameters): Map<string, Float32Array> {
  const shapes = new Map(parameters.slots.map(({ name, shape }) => [name, shape]));
  const values = new Map([...parameters.values()].map(([name, { data }]) => [name, data]));
  for (const { stored, name, columns } of decoderLayout()) {
    const data = weights.read(stored);
    if (!columns) {
      values.set(name, data);
      continue;
    }
    const [rows, width] = shapes.get(name)!;
    const [from, count] = columns;
    const into = values.get(name)!;
    for (let c = 0; c < count; c++) {
      for (let r = 0; r < rows; r++) into[r * width + from + c] = data[c * rows + r];
    }
  }
  return values;
}

/** A checkpoint's tensor and the training tensor that holds it: as it is, or (turned) some columns of it: [first, count]. */
interface Stored {
  stored: string;
  name: string;
  columns?: [first: number, count: number];
}

function decoderLayout(): Stored[] {
  const { hidden, layers, ffn, text } = studioDecoder;
  const vocabulary = studioCodec.codebookSize;
  const root = "decoder.model.decoder";
  const encoder = "text_encoder.encoder";
  const norm = (stored: string, name: string): Stored[] => [
    { stored: `${stored}.weight`, name: `${name}.weight` },
    { stored: `${stored}.bias`, name: `${name}.bias` },
  ];
  const whole = (stored: string, name: string, count: number): Stored => ({
    stored,
    name,
    columns: [0, count],
  });
  const parts = (kinds: string[], stored: (kind: string) => string, name: string, count: number): Stored[] =>
    kinds.map((kind, i) => ({ stored: stored(kind), name, columns: [i * count, count] }));

  const codebook = (k: number): Stored[] => [
    { stored: `${root}.embed_tokens.${k}.weight`, name: `embed.${k}` },
    { stored: `decoder.lm_heads.${k}.weight`, name: "lmHeads", columns: [k * vocabulary, vocabulary] },
  ];
  const decoderLayer = (n: number): Stored[] => {
    const layer = `${root}.layers.${n}`;
    return [
      ...norm(`${layer}.self_attn_layer_norm`, `${n}.selfNorm`),
      ...parts(["q", "k", "v"], (kind) => `${layer}.self_attn.${kind}_proj.weight`, `${n}.qkv`, hidden),
      whole(`${layer}.self_attn.out_proj.weight`, `${n}.out`, hidden),
      ...norm(`${layer}.encoder_attn_layer_norm`, `${n}.crossNorm`),
      whole(`${layer}.encoder_attn.q_proj.weight`, `${n}.crossQuery`, hidden),
      ...parts(
        ["k", "v"],
        (kind) => `${layer}.encoder_attn.${kind}_proj.weight`,
        `${n}.crossKeyValue`,
        hidden,
      ),
      whole(`${layer}.encoder_attn.out_proj.weight`, `${n}.crossOut`, hidden),
      ...norm(`${layer}.final_layer_norm`, `${n}.mlpNorm`),
      whole(`${layer}.fc1.weight`, `${n}.fc1`, ffn),
      whole(`${layer}.fc2.weight`, `${n}.fc2`, hidden),
    ];
  };
  const textLayer = (n: number): Stored[] => {
    const attention = `${encoder}.block.${n}.layer.0`;
    const feedForward = `${encoder}.block.${n}.layer.1`;
    return [
      { stored: `${attention}.layer_norm.weight`, name: `text.${n}.attentionNorm` },
      ...parts(["q", "k", "v"], (kind) => `${attention}.SelfAttention.${kind}.weight`, `text.${n}.qkv`, text),
      whole(`${attention}.SelfAttention.o.weight`, `text.${n}.out`, text),
      { stored: `${feedForward}.layer_norm.weight`, name: `text.${n}.mlpNorm` },
      whole(`${feedForward}.DenseReluDense.wi.weight`, `text.${n}.wi`, textShape.dFf),
      whole(`${feedForward}.DenseReluDense.wo.weight`, `text.${n}.wo`, text),
    ];
  };
  const bias = `${encoder}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`;
  const each = (count: number, make: (n: number) => Stored[]) =>
    Array.from({ length: count }, (_, n) => make(n)).flat();
  return [
    ...each(studioCodec.codebooks, codebook),
    ...each(layers, decoderLayer),
    ...norm(`${root}.layer_norm`, "finalNorm"),
    whole("enc_to_dec_proj.weight", "textToDecoder", hidden),
    { stored: "enc_to_dec_proj.bias", name: "textToDecoder.bias" },
    { stored: "text_encoder.shared.weight", name: "text.embed" },
    { stored: bias, name: "text.position" },
    ...each(textShape.numLayers, textLayer),
    { stored: `${encoder}.final_layer_norm.weight`, name: "text.finalNorm" },
  ];
}
