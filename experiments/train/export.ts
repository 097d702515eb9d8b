import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../lib/disk/writeAtomically";
import { modelsFolder } from "../../lib/hub/loadModel";
import type { CodecConfig } from "../../lib/model/checkpoint/config";
import { encodeSafetensors, type TensorData } from "../../lib/model/checkpoint/safetensors";
import { writeCodecTensors } from "../../lib/model/codec/weights";
import { decoderCheckpoint } from "./checkpointLayout";
import { trainedCodec } from "./codes";
import { textShape } from "./decoderNetwork";
import { startTrainingEngine } from "./engine";
import { stateFolder } from "./profile";
import { studioCodec, studioDecoder } from "./studio";
import { studioTokenizer } from "./tokenizerFile";
import { trainedDecoder } from "./trainedDecoder";

/**
 * Write what has been trained as Hugging Face folders: data/models/studio (MusicGen: config.json,
 * generation_config.json, tokenizer.json, model.safetensors in F16) and data/models/judge.
 */
export async function exportStudio(folder = modelsFolder): Promise<void> {
  await startTrainingEngine();
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
  const parameters = trainedDecoder();
  return parameters ? decoderCheckpoint(parameters) : {};
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

/** Choices from an eighth of the vocabulary, as MusicGen's 250 of 2,048, and a little cooler: a small decoder errs more. */
function generationConfig(): object {
  return {
    do_sample: true,
    guidance_scale: 3.0,
    max_length: 1500,
    top_k: 32,
    temperature: 0.8,
    pad_token_id: studioCodec.codebookSize,
    bos_token_id: studioCodec.codebookSize,
    decoder_start_token_id: studioCodec.codebookSize,
  };
}
