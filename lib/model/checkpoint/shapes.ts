import { type ConvLayer, type ConvTransposeLayer, codecLayers, convolutions } from "../codec/layers";
import type { Weights } from "./checkpoint";
import type { CodecConfig, DecoderConfig, MusicGenConfig, TextEncoderConfig } from "./config";

/** A tensor that a configuration asks for; `names` are the spellings it may have. */
export interface Expected {
  names: string[];
  shape: number[];
}

/** The parts of a checkpoint: a folder may hold one, two or all three. */
export type Part = "decoder" | "text_encoder" | "audio_encoder";

/** Which parts of a model these weights hold, going by their names alone. */
export function partsOf(weights: Weights): Set<Part> {
  const first = new Set(weights.names().map((name) => name.slice(0, name.indexOf("."))));
  return new Set((["decoder", "text_encoder", "audio_encoder"] as const).filter((part) => first.has(part)));
}

/**
 * Check that the weights hold every tensor that the configuration asks for, in its shape, for each part they hold.
 * @throws Error naming the folder, the tensor, the shape expected and the shape found
 */
export function checkShapes(weights: Weights, config: MusicGenConfig): void {
  const parts = partsOf(weights);
  if (parts.size === 0) {
    throw new Error(
      `${weights.name}: expected tensors of a decoder, text_encoder or audio_encoder, found none`,
    );
  }
  if (parts.has("decoder")) checkAll(weights, decoderTensors(config.decoder));
  if (parts.has("text_encoder")) checkAll(weights, textTensors(config.textEncoder));
  if (parts.has("decoder") && parts.has("text_encoder")) checkAll(weights, bridgeTensors(config));
  if (parts.has("audio_encoder")) checkAll(weights, codecTensors(config.audioEncoder, weights));
}

/** Every tensor of a whole model; a convolution's weight as length and direction. */
export function* tensorsOf(config: MusicGenConfig): Generator<Expected> {
  yield* decoderTensors(config.decoder);
  yield* textTensors(config.textEncoder);
  yield* bridgeTensors(config);
  yield* codecTensors(config.audioEncoder, { has: () => false });
}

function checkAll(weights: Weights, expected: Iterable<Expected>): void {
  for (const { names, shape } of expected) {
    const name = names.find((spelling) => weights.has(spelling));
    if (!name)
      throw new Error(
        `${weights.name}: expected a tensor ${names.join(" or ")} [${shape.join(", ")}], found none`,
      );
    const found = weights.shape(name);
    if (found.join() !== shape.join()) {
      throw new Error(
        `${weights.name}: ${name}: config.json expects [${shape.join(", ")}], found [${found.join(", ")}]`,
      );
    }
  }
}

function* decoderTensors(config: DecoderConfig): Generator<Expected> {
  const { hiddenSize, ffnDim } = config;
  const inner = "decoder.model.decoder";
  for (let k = 0; k < config.numCodebooks; k++) {
    yield one(`${inner}.embed_tokens.${k}.weight`, config.vocabSize + 1, hiddenSize);
    yield one(`decoder.lm_heads.${k}.weight`, config.vocabSize, hiddenSize);
  }
  for (let n = 0; n < config.numHiddenLayers; n++) {
    const layer = `${inner}.layers.${n}`;
    for (const attention of ["self_attn", "encoder_attn"]) {
      for (const kind of ["q", "k", "v", "out"]) {
        yield one(`${layer}.${attention}.${kind}_proj.weight`, hiddenSize, hiddenSize);
      }
      yield* norm(`${layer}.${attention}_layer_norm`, hiddenSize);
    }
    yield one(`${layer}.fc1.weight`, ffnDim, hiddenSize);
    yield one(`${layer}.fc2.weight`, hiddenSize, ffnDim);
    yield* norm(`${layer}.final_layer_norm`, hiddenSize);
  }
  yield* norm(`${inner}.layer_norm`, hiddenSize);
}

/** Text states are projected to the decoder's width when theirs differs. */
function* bridgeTensors({ decoder, textEncoder }: MusicGenConfig): Generator<Expected> {
  if (textEncoder.dModel === decoder.hiddenSize) return;
  yield one("enc_to_dec_proj.weight", decoder.hiddenSize, textEncoder.dModel);
  yield one("enc_to_dec_proj.bias", decoder.hiddenSize);
}

function* textTensors(config: TextEncoderConfig): Generator<Expected> {
  const { dModel, dFf, numHeads } = config;
  const inner = numHeads * config.dKv;
  yield {
    names: ["text_encoder.shared.weight", "text_encoder.encoder.embed_tokens.weight"],
    shape: [config.vocabSize, dModel],
  };
  for (let n = 0; n < config.numLayers; n++) {
    const layer = `text_encoder.encoder.block.${n}.layer`;
    for (const kind of ["q", "k", "v"]) yield one(`${layer}.0.SelfAttention.${kind}.weight`, inner, dModel);
    yield one(`${layer}.0.SelfAttention.o.weight`, dModel, inner);
    if (n === 0) {
      yield one(
        `${layer}.0.SelfAttention.relative_attention_bias.weight`,
        config.relativeAttentionNumBuckets,
        numHeads,
      );
    }
    yield one(`${layer}.0.layer_norm.weight`, dModel);
    const entries = config.feedForwardProj === "relu" ? ["wi"] : ["wi_0", "wi_1"];
    for (const entry of entries) yield one(`${layer}.1.DenseReluDense.${entry}.weight`, dFf, dModel);
    yield one(`${layer}.1.DenseReluDense.wo.weight`, dModel, dFf);
    yield one(`${layer}.1.layer_norm.weight`, dModel);
  }
  yield one("text_encoder.encoder.final_layer_norm.weight", dModel);
}

function* codecTensors(config: CodecConfig, weights: Pick<Weights, "has">): Generator<Expected> {
  const { encoder, decoder } = codecLayers(config);
  for (const layer of [...encoder, ...decoder]) {
    if (layer.kind === "lstm") {
      for (let level = 0; level < layer.levels; level++) {
        for (const kind of ["weight_ih", "weight_hh"]) {
          yield one(`audio_encoder.${layer.name}.${kind}_l${level}`, 4 * layer.channels, layer.channels);
        }
        for (const kind of ["bias_ih", "bias_hh"]) {
          yield one(`audio_encoder.${layer.name}.${kind}_l${level}`, 4 * layer.channels);
        }
      }
    } else {
      for (const conv of convolutions([layer])) yield* convTensors(conv, weights);
    }
  }
  for (let k = 0; k < config.numQuantizers; k++) {
    yield one(`audio_encoder.quantizer.layers.${k}.codebook.embed`, config.codebookSize, config.codebookDim);
  }
}

/** A convolution's weight is stored whole, or as length g and direction v in one of two spellings. */
function* convTensors(
  layer: ConvLayer | ConvTransposeLayer,
  weights: Pick<Weights, "has">,
): Generator<Expected> {
  const name = `audio_encoder.${layer.name}`;
  const rows = layer.kind === "conv" ? [layer.out, layer.in] : [layer.in, layer.out];
  const direction = [`${name}.weight_v`, `${name}.parametrizations.weight.original1`];
  yield { names: [`${name}.weight`, ...direction], shape: [...rows, layer.kernel] };
  if (!weights.has(`${name}.weight`)) {
    yield {
      names: [`${name}.weight_g`, `${name}.parametrizations.weight.original0`],
      shape: [rows[0], 1, 1],
    };
  }
  yield one(`${name}.bias`, layer.out);
}

function* norm(name: string, width: number): Generator<Expected> {
  yield one(`${name}.weight`, width);
  yield one(`${name}.bias`, width);
}

function one(name: string, ...shape: number[]): Expected {
  return { names: [name], shape };
}
