import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startBackend } from "../../lib/backend";
import { writeAtomically } from "../../lib/file";
import { writeCodecTensors } from "../../lib/model/codecWeights";
import type { CodecConfig } from "../../lib/model/config";
import { encodeSafetensors, type TensorData } from "../../lib/model/safetensors";
import { trainedCodec } from "./codes";
import { createDecoderParameters, textShape } from "./decoderNetwork";
import type { Parameters } from "./parameters";
import { stateFolder } from "./profile";
import { studioCodec, studioDecoder } from "./studio";
import { studioTokenizer } from "./tokenizerFile";
import { loadState } from "./trainingState";

/** Where the bundled model and judge live. */
export const modelsFolder = resolve(__dirname, "../../data/models");

/**
 * Write what has been trained as Hugging Face folders: data/models/studio (MusicGen: config.json,
 * generation_config.json, tokenizer.json, model.safetensors in F16) and data/models/judge.
 */
export async function exportStudio(folder = modelsFolder): Promise<void> {
  await startBackend("node");
  const tensors = { ...codecTensors(), ...decoderTensors() };
  const studio = join(folder, "studio");
  const json = (name: string, value: object) =>
    writeAtomically(join(studio, name), `${JSON.stringify(value, null, 2)}\n`);
  writeAtomically(join(studio, "model.safetensors"), encodeSafetensors(tensors, { dtype: "F16" }));
  json("config.json", modelConfig());
  json("generation_config.json", generationConfig());
  json("tokenizer.json", studioTokenizer().json);
  for (const name of ["judge.json", "judge.bin"]) {
    const from = join(stateFolder, name);
    if (existsSync(from)) writeAtomically(join(folder, "judge", name), readFileSync(from));
  }
}

function codecTensors(): Record<string, TensorData> {
  const { parameters, quantizer } = trainedCodec();
  const values = parameters.values();
  for (let k = 0; k < quantizer.codebooks; k++) {
    const embed = quantizer.embed[k];
    values.set(`quantizer.layers.${k}.codebook.embed`, {
      shape: embed.shape,
      data: embed.dataSync() as Float32Array,
    });
  }
  const config: CodecConfig = {
    ...studioCodec,
    codebookDim: studioCodec.hiddenSize,
    targetBandwidths: [bandwidth],
    hopLength: 320,
    frameRate: 50,
    numQuantizers: studioCodec.codebooks,
  };
  return writeCodecTensors(config, (name) => values.get(name));
}

/** The decoder, its bridge to the text and the text encoder, as a checkpoint names and turns them; none before training. */
function decoderTensors(): Record<string, TensorData> {
  const parameters = createDecoderParameters(2);
  const path = join(stateFolder, "decoder.state");
  const step = loadState(path, new Map([["parameters", parameters.flat]]), ["parameters"]);
  if (!step) return {};
  return decoderCheckpoint(parameters);
}

/** The training network's parameters under Hugging Face's names, matrices as [out, in]. */
export function decoderCheckpoint(parameters: Parameters): Record<string, TensorData> {
  const values = parameters.values();
  const out: Record<string, TensorData> = {};
  const { hidden, layers, text } = studioDecoder;
  const vector = (to: string, from: string) => {
    out[to] = values.get(from)!;
  };
  /** Columns from ... from + count - 1 of a matrix [in, all], turned: [count, in]. */
  const matrix = (to: string, name: string, from = 0, count = values.get(name)!.shape[1]) => {
    const { shape, data } = values.get(name)!;
    const turned = new Float32Array(count * shape[0]);
    for (let c = 0; c < count; c++) {
      for (let r = 0; r < shape[0]; r++) turned[c * shape[0] + r] = data[r * shape[1] + from + c];
    }
    out[to] = { shape: [count, shape[0]], data: turned };
  };
  const norm = (to: string, from: string) => {
    vector(`${to}.weight`, `${from}.weight`);
    vector(`${to}.bias`, `${from}.bias`);
  };
  const root = "decoder.model.decoder";
  for (let k = 0; k < studioCodec.codebooks; k++) {
    vector(`${root}.embed_tokens.${k}.weight`, `embed.${k}`);
    matrix(`decoder.lm_heads.${k}.weight`, "lmHeads", k * studioCodec.codebookSize, studioCodec.codebookSize);
  }
  for (let n = 0; n < layers; n++) {
    const layer = `${root}.layers.${n}`;
    norm(`${layer}.self_attn_layer_norm`, `${n}.selfNorm`);
    for (const [i, kind] of ["q", "k", "v"].entries()) {
      matrix(`${layer}.self_attn.${kind}_proj.weight`, `${n}.qkv`, i * hidden, hidden);
    }
    matrix(`${layer}.self_attn.out_proj.weight`, `${n}.out`);
    norm(`${layer}.encoder_attn_layer_norm`, `${n}.crossNorm`);
    matrix(`${layer}.encoder_attn.q_proj.weight`, `${n}.crossQuery`);
    for (const [i, kind] of ["k", "v"].entries()) {
      matrix(`${layer}.encoder_attn.${kind}_proj.weight`, `${n}.crossKeyValue`, i * hidden, hidden);
    }
    matrix(`${layer}.encoder_attn.out_proj.weight`, `${n}.crossOut`);
    norm(`${layer}.final_layer_norm`, `${n}.mlpNorm`);
    matrix(`${layer}.fc1.weight`, `${n}.fc1`);
    matrix(`${layer}.fc2.weight`, `${n}.fc2`);
  }
  norm(`${root}.layer_norm`, "finalNorm");
  matrix("enc_to_dec_proj.weight", "textToDecoder");
  vector("enc_to_dec_proj.bias", "textToDecoder.bias");

  vector("text_encoder.shared.weight", "text.embed");
  const encoder = "text_encoder.encoder";
  vector(`${encoder}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`, "text.position");
  for (let n = 0; n < textShape.numLayers; n++) {
    const attention = `${encoder}.block.${n}.layer.0`;
    const feedForward = `${encoder}.block.${n}.layer.1`;
    vector(`${attention}.layer_norm.weight`, `text.${n}.attentionNorm`);
    for (const [i, kind] of ["q", "k", "v"].entries()) {
      matrix(`${attention}.SelfAttention.${kind}.weight`, `text.${n}.qkv`, i * text, text);
    }
    matrix(`${attention}.SelfAttention.o.weight`, `text.${n}.out`);
    vector(`${feedForward}.layer_norm.weight`, `text.${n}.mlpNorm`);
    matrix(`${feedForward}.DenseReluDense.wi.weight`, `text.${n}.wi`);
    matrix(`${feedForward}.DenseReluDense.wo.weight`, `text.${n}.wo`);
  }
  vector(`${encoder}.final_layer_norm.weight`, "text.finalNorm");
  return out;
}

const bandwidth = (50 * studioCodec.codebooks * Math.log2(studioCodec.codebookSize)) / 1000; // kbit/s

function modelConfig(): object {
  const c = studioCodec;
  const { vocabulary } = studioTokenizer();
  return {
    architectures: ["MusicgenForConditionalGeneration"],
    model_type: "musicgen",
    is_encoder_decoder: true,
    text_encoder: {
      model_type: "t5",
      vocab_size: vocabulary,
      d_model: studioDecoder.text,
      d_kv: textShape.dKv,
      d_ff: textShape.dFf,
      num_layers: textShape.numLayers,
      num_heads: textShape.numHeads,
      relative_attention_num_buckets: textShape.relativeAttentionNumBuckets,
      relative_attention_max_distance: textShape.relativeAttentionMaxDistance,
      layer_norm_epsilon: textShape.layerNormEpsilon,
      feed_forward_proj: "relu",
      dropout_rate: 0,
      pad_token_id: 0,
      eos_token_id: 1,
    },
    audio_encoder: {
      model_type: "encodec",
      sampling_rate: c.samplingRate,
      audio_channels: c.audioChannels,
      normalize: false,
      chunk_length_s: null,
      overlap: null,
      hidden_size: c.hiddenSize,
      num_filters: c.numFilters,
      num_residual_layers: c.numResidualLayers,
      upsampling_ratios: c.upsamplingRatios,
      norm_type: "weight_norm",
      kernel_size: c.kernelSize,
      last_kernel_size: c.lastKernelSize,
      residual_kernel_size: c.residualKernelSize,
      dilation_growth_rate: c.dilationGrowthRate,
      use_causal_conv: c.useCausalConv,
      pad_mode: c.padMode,
      compress: c.compress,
      num_lstm_layers: c.numLstmLayers,
      trim_right_ratio: c.trimRightRatio,
      codebook_size: c.codebookSize,
      codebook_dim: c.hiddenSize,
      use_conv_shortcut: c.useConvShortcut,
      target_bandwidths: [bandwidth],
    },
    decoder: {
      model_type: "musicgen_decoder",
      vocab_size: c.codebookSize,
      max_position_embeddings: 2048,
      num_hidden_layers: studioDecoder.layers,
      ffn_dim: studioDecoder.ffn,
      num_attention_heads: studioDecoder.heads,
      hidden_size: studioDecoder.hidden,
      activation_function: "gelu",
      dropout: 0,
      attention_dropout: 0,
      activation_dropout: 0,
      layerdrop: 0,
      scale_embedding: false,
      num_codebooks: c.codebooks,
      audio_channels: 1,
      pad_token_id: c.codebookSize,
      bos_token_id: c.codebookSize,
      tie_word_embeddings: false,
    },
  };
}

function generationConfig(): object {
  return {
    do_sample: true,
    guidance_scale: 3.0,
    max_length: 1500,
    top_k: 250,
    pad_token_id: studioCodec.codebookSize,
    bos_token_id: studioCodec.codebookSize,
    decoder_start_token_id: studioCodec.codebookSize,
  };
}
