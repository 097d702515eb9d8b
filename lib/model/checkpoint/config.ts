import { type Folder, readJson } from "../../files/folder";
import type { CodecShape } from "../codec/layers";
import { fieldsOf } from "./fields";

/** The decoder-only transformer over codec tokens (Hugging Face's MusicgenDecoderConfig in camelCase). */
export interface DecoderConfig {
  vocabSize: number;
  maxPositionEmbeddings: number;
  numHiddenLayers: number;
  ffnDim: number;
  numAttentionHeads: number;
  hiddenSize: number;
  activationFunction: "gelu" | "gelu_new" | "relu";
  scaleEmbedding: boolean;
  numCodebooks: number;
  padTokenId: number;
  bosTokenId: number;
}

/** The T5 encoder (T5Config in camelCase). */
export interface TextEncoderConfig {
  vocabSize: number;
  dModel: number;
  dKv: number;
  dFf: number;
  numLayers: number;
  numHeads: number;
  relativeAttentionNumBuckets: number;
  relativeAttentionMaxDistance: number;
  layerNormEpsilon: number;
  feedForwardProj: "relu" | "gated-gelu";
  padTokenId: number;
}

/** The codec (EncodecConfig in camelCase, with what Hugging Face derives from it). */
export interface CodecConfig extends CodecShape {
  samplingRate: number;
  codebookSize: number;
  codebookDim: number;
  targetBandwidths: number[];
  /** Samples a frame: the product of the ratios. */
  hopLength: number;
  /** Frames a second, rounded up. */
  frameRate: number;
  /** Codebooks in the checkpoint: what the highest bandwidth needs. */
  numQuantizers: number;
  /** Codebooks that encoding uses: what the first bandwidth needs, as in MusicgenForConditionalGeneration. */
  codebooks: number;
}

/** generation_config.json: how the model's authors sample from it. */
export interface GenerationConfig {
  doSample: boolean;
  guidanceScale: number;
  maxLength: number;
  /** 0 is no limit. */
  topK: number;
  /** 1 is no limit. */
  topP: number;
  temperature: number;
}

/** A whole model, as config.json and generation_config.json describe it. */
export interface MusicGenConfig {
  decoder: DecoderConfig;
  textEncoder: TextEncoderConfig;
  audioEncoder: CodecConfig;
  generation: GenerationConfig;
}

/**
 * Read and check config.json and (where there is one) generation_config.json. Keys that are absent take
 * Hugging Face's defaults (transformers, configuration_musicgen.py, configuration_t5.py, configuration_encodec.py).
 * @throws Error naming file and key, what was expected and what was found; architectures and options that the lab
 *   does not run (musicgen_melody, stereo, group-normalised or chunked codecs) are refused by name
 */
export function readConfig(folder: Folder): MusicGenConfig {
  const file = "config.json";
  const root = fieldsOf(readJson(folder, file), `${folder.name}/${file}`);
  if (root.expect("model_type", ["musicgen"], "") === "") throw root.error("model_type", '"musicgen"');
  const generation = "generation_config.json";
  const sampling = folder.has(generation) ? readJson(folder, generation) : {};
  return {
    decoder: readDecoder(root.object("decoder")),
    textEncoder: readTextEncoder(root.object("text_encoder")),
    audioEncoder: readCodec(root.object("audio_encoder")),
    generation: readGeneration(fieldsOf(sampling, `${folder.name}/${generation}`)),
  };
}

type Fields = ReturnType<typeof fieldsOf>;

function readDecoder(from: Fields): DecoderConfig {
  from.expect("model_type", ["musicgen_decoder"], "musicgen_decoder");
  from.expect("audio_channels", [1], 1);
  const vocabSize = from.size("vocab_size", 2048);
  const config: DecoderConfig = {
    vocabSize,
    maxPositionEmbeddings: from.size("max_position_embeddings", 2048),
    numHiddenLayers: from.size("num_hidden_layers", 24, 1024),
    ffnDim: from.size("ffn_dim", 4096),
    numAttentionHeads: from.size("num_attention_heads", 16),
    hiddenSize: from.size("hidden_size", 1024),
    activationFunction: from.expect("activation_function", ["gelu", "gelu_new", "relu"], "gelu"),
    scaleEmbedding: from.flag("scale_embedding", false),
    numCodebooks: from.size("num_codebooks", 4, 256),
    padTokenId: from.token("pad_token_id", 2048, vocabSize),
    bosTokenId: from.token("bos_token_id", 2048, vocabSize),
  };
  if (config.hiddenSize % config.numAttentionHeads !== 0) {
    throw from.error("hidden_size", `a multiple of num_attention_heads = ${config.numAttentionHeads}`);
  }
  if (from.has("cross_attention_hidden_size")) {
    from.expect("cross_attention_hidden_size", [config.hiddenSize], config.hiddenSize);
  }
  return config;
}

function readTextEncoder(from: Fields): TextEncoderConfig {
  from.expect("model_type", ["t5"], "t5");
  return {
    vocabSize: from.size("vocab_size", 32128),
    dModel: from.size("d_model", 512),
    dKv: from.size("d_kv", 64),
    dFf: from.size("d_ff", 2048),
    numLayers: from.size("num_layers", 6, 1024),
    numHeads: from.size("num_heads", 8),
    relativeAttentionNumBuckets: from.size("relative_attention_num_buckets", 32),
    relativeAttentionMaxDistance: from.size("relative_attention_max_distance", 128),
    layerNormEpsilon: from.positive("layer_norm_epsilon", 1e-6),
    feedForwardProj: from.expect("feed_forward_proj", ["relu", "gated-gelu"], "relu"),
    padTokenId: from.token("pad_token_id", 0, 2 ** 31),
  };
}

function readCodec(from: Fields): CodecConfig {
  from.expect("model_type", ["encodec"], "encodec");
  from.expect("audio_channels", [1], 1);
  from.expect("normalize", [false], false);
  from.expect("norm_type", ["weight_norm"], "weight_norm");
  if (from.has("chunk_length_s")) throw from.error("chunk_length_s", "null (a codec that runs in one piece)");
  const shape = readCodecShape(from);
  const samplingRate = from.size("sampling_rate", 24000);
  const codebookSize = from.size("codebook_size", 1024);
  if (codebookSize < 2) throw from.error("codebook_size", "at least 2");
  const codebookDim = from.size("codebook_dim", shape.hiddenSize);
  if (codebookDim !== shape.hiddenSize) {
    throw from.error("codebook_dim", `the codec's hidden_size (${shape.hiddenSize})`);
  }
  const targetBandwidths = from.positives("target_bandwidths", [1.5, 3, 6, 12, 24]);
  const hopLength = shape.upsamplingRatios.reduce((a, b) => a * b, 1);
  if (hopLength > samplingRate) throw from.error("upsampling_ratios", `a product of at most ${samplingRate}`);
  const frameRate = Math.ceil(samplingRate / hopLength);
  const bits = Math.log2(codebookSize);
  const highest = 1000 * targetBandwidths[targetBandwidths.length - 1];
  const numQuantizers = Math.floor(highest / (frameRate * Math.ceil(bits)));
  if (numQuantizers < 1 || numQuantizers > 1024) {
    throw from.error("target_bandwidths", `what 1 to 1024 codebooks of ${codebookSize} need`);
  }
  const wanted = Math.max(1, Math.floor((targetBandwidths[0] * 1000) / (bits * frameRate)));
  const codebooks = Math.min(numQuantizers, wanted);
  return {
    ...shape,
    samplingRate,
    codebookSize,
    codebookDim,
    targetBandwidths,
    hopLength,
    frameRate,
    numQuantizers,
    codebooks,
  };
}

function readCodecShape(from: Fields): CodecShape {
  const useCausalConv = from.flag("use_causal_conv", true);
  const trimRightRatio = from.share("trim_right_ratio", 1);
  if (!useCausalConv && trimRightRatio !== 1) {
    throw from.error("trim_right_ratio", "1 without use_causal_conv");
  }
  const upsamplingRatios = from.sizes("upsampling_ratios", [8, 5, 4, 2], 16);
  return {
    audioChannels: 1,
    numFilters: from.size("num_filters", 32),
    hiddenSize: from.size("hidden_size", 128),
    numResidualLayers: from.size("num_residual_layers", 1, 16),
    upsamplingRatios,
    kernelSize: from.size("kernel_size", 7),
    lastKernelSize: from.size("last_kernel_size", 7),
    residualKernelSize: from.size("residual_kernel_size", 3),
    dilationGrowthRate: from.size("dilation_growth_rate", 2),
    compress: from.size("compress", 2),
    numLstmLayers: from.size("num_lstm_layers", 2, 64),
    useCausalConv,
    useConvShortcut: from.flag("use_conv_shortcut", true),
    trimRightRatio,
    padMode: from.expect("pad_mode", ["reflect", "constant", "replicate"], "reflect"),
  };
}

function readGeneration(from: Fields): GenerationConfig {
  return {
    doSample: from.flag("do_sample", true),
    guidanceScale: from.positive("guidance_scale", 3),
    maxLength: from.size("max_length", 1500),
    topK: from.count("top_k", 250),
    topP: from.share("top_p", 1),
    temperature: from.positive("temperature", 1),
  };
}
