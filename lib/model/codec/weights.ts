import type { Weights } from "../checkpoint/checkpoint";
import type { CodecConfig } from "../checkpoint/config";
import type { TensorData } from "../checkpoint/safetensors";
import {
  type CodecLayer,
  type ConvLayer,
  type ConvTransposeLayer,
  codecLayers,
  convolutions,
} from "./layers";

/** A float tensor outside of any engine. */
export interface Values {
  shape: number[];
  data: Float32Array;
}

/**
 * The codec's tensors from a checkpoint, in the layouts of codecLayers: weight norm multiplied out, convolutions and
 * matrices turned. An LSTM whose last level is all zeros contributes nothing to its input and is left out.
 * @param weights named as in EncodecModel (without `audio_encoder.`)
 * @param use receives each tensor in turn, so that only one is in memory besides what the caller keeps
 */
export function readCodecTensors(
  weights: Weights,
  config: CodecConfig,
  use: (name: string, values: Values) => void,
): void {
  const { encoder, decoder } = codecLayers(config);
  for (const layer of [...encoder, ...decoder]) {
    for (const conv of convolutions([layer])) {
      use(`${conv.name}.weight`, fromCheckpoint(conv, readConvolution(weights, conv)));
      use(`${conv.name}.bias`, { shape: [conv.out], data: weights.read(`${conv.name}.bias`) });
    }
    if (layer.kind === "lstm") readLstm(weights, layer, use);
  }
  for (let k = 0; k < config.numQuantizers; k++) {
    const name = `quantizer.layers.${k}.codebook.embed`;
    use(name, { shape: [config.codebookSize, config.codebookDim], data: weights.read(name) });
  }
}

/**
 * The inverse of readCodecTensors: a trained codec's tensors as a checkpoint holds them (plain `weight`, no weight
 * norm), with zeros for an LSTM that `get` leaves out, and the buffers that PyTorch's codebooks have.
 * @param get a tensor by name, in the layouts of codecLayers
 * @returns tensors for encodeSafetensors, named as in EncodecModel after `prefix`
 */
export function writeCodecTensors(
  config: CodecConfig,
  get: (name: string) => Values | undefined,
  prefix = "audio_encoder.",
): Record<string, TensorData> {
  const need = (name: string): Values => {
    const values = get(name);
    if (!values) throw new Error(`the codec's weights lack ${name}`);
    return values;
  };
  const tensors: Record<string, TensorData> = {};
  const { encoder, decoder } = codecLayers(config);
  for (const layer of [...encoder, ...decoder]) {
    for (const conv of convolutions([layer])) {
      tensors[`${prefix}${conv.name}.weight`] = toCheckpoint(conv, need(`${conv.name}.weight`));
      tensors[`${prefix}${conv.name}.bias`] = need(`${conv.name}.bias`);
    }
    if (layer.kind === "lstm") writeLstm(layer, get, prefix, tensors);
  }
  for (let k = 0; k < config.numQuantizers; k++) {
    const name = `quantizer.layers.${k}.codebook`;
    const embed = need(`${name}.embed`);
    tensors[`${prefix}${name}.embed`] = embed;
    tensors[`${prefix}${name}.embed_avg`] = embed;
    tensors[`${prefix}${name}.cluster_size`] = {
      shape: [config.codebookSize],
      data: new Float32Array(config.codebookSize).fill(1),
    };
    tensors[`${prefix}${name}.inited`] = { shape: [1], data: Float32Array.of(1) };
  }
  return tensors;
}

type Lstm = Extract<CodecLayer, { kind: "lstm" }>;

function readLstm(weights: Weights, layer: Lstm, use: (name: string, values: Values) => void): void {
  const names = (level: number) =>
    ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((kind) => `${layer.name}.${kind}_l${level}`);
  const last = names(layer.levels - 1);
  if (last.every((name) => weights.read(name).every((value) => value === 0))) return;
  for (let level = 0; level < layer.levels; level++) {
    for (const name of names(level)) {
      const data = weights.read(name);
      const rows = 4 * layer.channels;
      const isMatrix = data.length > rows;
      use(name, isMatrix ? turned([rows, layer.channels], data) : { shape: [rows], data });
    }
  }
}

function writeLstm(
  layer: Lstm,
  get: (name: string) => Values | undefined,
  prefix: string,
  tensors: Record<string, TensorData>,
): void {
  const rows = 4 * layer.channels;
  for (let level = 0; level < layer.levels; level++) {
    for (const kind of ["weight_ih", "weight_hh"]) {
      const values = get(`${layer.name}.${kind}_l${level}`);
      tensors[`${prefix}${layer.name}.${kind}_l${level}`] = values
        ? turned([layer.channels, rows], values.data)
        : { shape: [rows, layer.channels], data: new Float32Array(rows * layer.channels) };
    }
    for (const kind of ["bias_ih", "bias_hh"]) {
      const values = get(`${layer.name}.${kind}_l${level}`);
      tensors[`${prefix}${layer.name}.${kind}_l${level}`] = values ?? {
        shape: [rows],
        data: new Float32Array(rows),
      };
    }
  }
}

/** A convolution's weight as PyTorch has it, whichever way it is stored: whole, or as g * v / |v|. */
function readConvolution(weights: Weights, { name }: { name: string }): Float32Array {
  if (weights.has(`${name}.weight`)) return weights.read(`${name}.weight`);
  const old = weights.has(`${name}.weight_v`);
  const lengths = weights.read(old ? `${name}.weight_g` : `${name}.parametrizations.weight.original0`);
  const weight = weights.read(old ? `${name}.weight_v` : `${name}.parametrizations.weight.original1`);
  const size = weight.length / lengths.length;
  for (let row = 0; row < lengths.length; row++) {
    const values = weight.subarray(row * size, (row + 1) * size);
    let squares = 0;
    for (const value of values) squares += value * value;
    const scale = lengths[row] / Math.sqrt(squares);
    for (let i = 0; i < size; i++) values[i] *= scale;
  }
  return weight;
}

/** Where number (in, out, k) of a convolution stands in a checkpoint and in our layout, by strides. */
function layouts(layer: ConvLayer | ConvTransposeLayer) {
  const { kernel, in: inputs, out: outputs } = layer;
  if (layer.kind === "conv") {
    return {
      stored: (i: number, o: number, k: number) => (o * inputs + i) * kernel + k, // [out, in, kernel]
      ours: (i: number, o: number, k: number) => (k * inputs + i) * outputs + o, // [kernel, in, out]
      storedShape: [outputs, inputs, kernel],
      ourShape: [kernel, inputs, outputs],
    };
  }
  const { stride } = layer;
  return {
    stored: (i: number, o: number, k: number) => (i * outputs + o) * kernel + k, // [in, out, kernel]
    ours: (i: number, o: number, k: number) =>
      ((Math.floor(k / stride) * inputs + i) * stride + (k % stride)) * outputs + o, // [taps, in, stride, out]
    storedShape: [inputs, outputs, kernel],
    ourShape: [kernel / stride, inputs, stride, outputs],
  };
}

function fromCheckpoint(layer: ConvLayer | ConvTransposeLayer, stored: Float32Array): Values {
  const at = layouts(layer);
  const data = new Float32Array(stored.length);
  eachTap(layer, (i, o, k) => {
    data[at.ours(i, o, k)] = stored[at.stored(i, o, k)];
  });
  return { shape: at.ourShape, data };
}

function toCheckpoint(layer: ConvLayer | ConvTransposeLayer, ours: Values): Values {
  const at = layouts(layer);
  const data = new Float32Array(ours.data.length);
  eachTap(layer, (i, o, k) => {
    data[at.stored(i, o, k)] = ours.data[at.ours(i, o, k)];
  });
  return { shape: at.storedShape, data };
}

function eachTap(
  layer: ConvLayer | ConvTransposeLayer,
  visit: (i: number, o: number, k: number) => void,
): void {
  for (let i = 0; i < layer.in; i++) {
    for (let o = 0; o < layer.out; o++) {
      for (let k = 0; k < layer.kernel; k++) visit(i, o, k);
    }
  }
}

function turned([rows, columns]: [number, number], data: Float32Array): Values {
  const result = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  }
  return { shape: [columns, rows], data: result };
}
