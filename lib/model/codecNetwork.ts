import { tf } from "../backend";
import {
  type CodecLayer,
  type CodecShape,
  type ConvLayer,
  type ConvTransposeLayer,
  codecLayers,
  type PadMode,
} from "./codecLayers";
import { addLstm } from "./lstm";

/** Gives a network its tensors by Hugging Face name, in the layouts of codecLayers; undefined for an LSTM left out. */
export type TensorSource = (name: string) => tf.Tensor | undefined;

/**
 * Waveform to latent frames, before quantisation. Every operation has a gradient, so training uses this too.
 * Reference: transformers, EncodecEncoder.
 * @param x [batch, samples, audioChannels]
 * @returns [batch, ceil(samples / hop), hiddenSize]
 */
export function runEncoder(shape: CodecShape, get: TensorSource, x: tf.Tensor3D): tf.Tensor3D {
  return runLayers(codecLayers(shape).encoder, shape, get, x);
}

/**
 * Latent frames (after quantisation) to waveform. Every operation has a gradient, so training uses this too.
 * Reference: transformers, EncodecDecoder.
 * @param z [batch, frames, hiddenSize]
 * @returns [batch, frames * hop, audioChannels]
 */
export function runDecoder(shape: CodecShape, get: TensorSource, z: tf.Tensor3D): tf.Tensor3D {
  return runLayers(codecLayers(shape).decoder, shape, get, z);
}

/**
 * Continue a signal beyond its ends, as PyTorch's `pad` does; reflection of a signal that is too short
 * first adds zeros at its end, as EnCodec does.
 * @param x [batch, time, channels]
 * @returns [batch, left + time + right, channels]
 */
export function pad1d(x: tf.Tensor3D, left: number, right: number, mode: PadMode): tf.Tensor3D {
  if (left === 0 && right === 0) return x;
  if (mode === "constant") return zeroPad(x, left, right);
  const time = x.shape[1];
  if (mode === "replicate") {
    return joined([repeated(x, 0, left), x, repeated(x, time - 1, right)]);
  }
  const missing = Math.max(0, Math.max(left, right) - time + 1);
  const long = missing > 0 ? zeroPad(x, 0, missing) : x;
  const head = left > 0 ? tf.reverse(part(long, 1, left), 1) : undefined;
  const tail = right > 0 ? tf.reverse(part(long, time + missing - 1 - right, right), 1) : undefined;
  const padded = joined([head, long, tail]);
  return missing > 0 ? part(padded, 0, left + time + right) : padded;
}

/** A run of codec layers in order, on x [batch, time, channels]; training's initialisation goes layer by layer. */
export function runLayers(
  layers: CodecLayer[],
  shape: CodecShape,
  get: TensorSource,
  input: tf.Tensor3D,
): tf.Tensor3D {
  let x = input; // [batch, time, channels]
  for (const layer of layers) {
    const before = x;
    x = tf.tidy(() => apply(layer, shape, get, before));
    // The tape keeps what a gradient needs; nothing else needs a layer's input once the layer has run.
    if (before !== input && before !== x) before.dispose();
  }
  return x;
}

function apply(layer: CodecLayer, shape: CodecShape, get: TensorSource, x: tf.Tensor3D): tf.Tensor3D {
  switch (layer.kind) {
    case "elu":
      return tf.elu(x);
    case "conv":
      return convolve(layer, shape, get, x);
    case "convTranspose":
      return convolveTransposed(layer, shape, get, x);
    case "lstm":
      return addLstm(layer, get, x);
    case "residual": {
      const inner = layer.block.reduce((y, step) => convolve(step, shape, get, tf.elu(y)), x);
      return tf.add(layer.shortcut ? convolve(layer.shortcut, shape, get, x) : x, inner);
    }
  }
}

function convolve(layer: ConvLayer, shape: CodecShape, get: TensorSource, x: tf.Tensor3D): tf.Tensor3D {
  const { stride, dilation } = layer;
  const total = (layer.kernel - 1) * dilation + 1 - stride;
  const extra = Math.ceil(x.shape[1] / stride) * stride - x.shape[1];
  const right = shape.useCausalConv ? 0 : Math.floor(total / 2);
  const padded = pad1d(x, total - right, right + extra, shape.padMode);
  const weight = need(get, `${layer.name}.weight`); // [kernel, in, out]
  const bias = need(get, `${layer.name}.bias`) as tf.Tensor1D;
  if (dilation > 1) return dilated(padded, weight, bias, layer);
  const [batch, time, channels] = padded.shape;
  const y = tf.fused.conv2d({
    x: tf.reshape(padded, [batch, 1, time, channels]),
    filter: tf.reshape(weight, [1, layer.kernel, layer.in, layer.out]) as tf.Tensor4D,
    strides: [1, stride],
    pad: "valid",
    bias,
  }) as tf.Tensor4D; // [batch, 1, time / stride, out]
  return tf.reshape(y, [batch, y.shape[2], layer.out]);
}

/** A dilated convolution as one matmul over shifted copies: TensorFlow.js has no gradient for the other way. */
function dilated(padded: tf.Tensor3D, weight: tf.Tensor, bias: tf.Tensor1D, layer: ConvLayer): tf.Tensor3D {
  const { kernel, dilation } = layer;
  const time = padded.shape[1] - (kernel - 1) * dilation;
  const shifted = Array.from({ length: kernel }, (_, k) => part(padded, k * dilation, time));
  const rows = tf.reshape(tf.concat(shifted, 2), [-1, kernel * layer.in]); // [batch * time, kernel * in]
  const filter = tf.reshape(weight, [kernel * layer.in, layer.out]);
  return tf.reshape(tf.fused.matMul({ a: rows as tf.Tensor2D, b: filter as tf.Tensor2D, bias }), [
    padded.shape[0],
    time,
    layer.out,
  ]);
}

/** A transposed convolution with kernel = taps x stride is one matmul over `taps` shifted copies of its input. */
function convolveTransposed(
  layer: ConvTransposeLayer,
  shape: CodecShape,
  get: TensorSource,
  x: tf.Tensor3D,
): tf.Tensor3D {
  const { stride, kernel, out } = layer;
  const taps = kernel / stride;
  const [batch, time] = x.shape;
  const shifted = Array.from({ length: taps }, (_, j) => zeroPad(x, j, taps - 1 - j));
  const rows = tf.reshape(tf.concat(shifted, 2), [-1, taps * layer.in]); // [batch * (time + taps - 1), taps * in]
  const filter = tf.reshape(need(get, `${layer.name}.weight`), [taps * layer.in, stride * out]);
  const bias = tf.tile(need(get, `${layer.name}.bias`) as tf.Tensor1D, [stride]);
  const y = tf.fused.matMul({ a: rows as tf.Tensor2D, b: filter as tf.Tensor2D, bias });
  const full = tf.reshape(y, [batch, (time + taps - 1) * stride, out]) as tf.Tensor3D;
  const total = kernel - stride;
  const right = shape.useCausalConv ? Math.ceil(total * shape.trimRightRatio) : Math.floor(total / 2);
  return part(full, total - right, time * stride);
}

function need(get: TensorSource, name: string): tf.Tensor {
  const tensor = get(name);
  if (!tensor) throw new Error(`the codec's weights lack ${name}`);
  return tensor;
}

function part(x: tf.Tensor3D, from: number, length: number): tf.Tensor3D {
  return tf.slice(x, [0, from, 0], [x.shape[0], length, x.shape[2]]);
}

function repeated(x: tf.Tensor3D, at: number, times: number): tf.Tensor3D | undefined {
  return times > 0 ? tf.tile(part(x, at, 1), [1, times, 1]) : undefined;
}

function joined(parts: (tf.Tensor3D | undefined)[]): tf.Tensor3D {
  const present = parts.filter((x): x is tf.Tensor3D => x !== undefined);
  return tf.concat(present, 1);
}

function zeroPad(x: tf.Tensor3D, left: number, right: number): tf.Tensor3D {
  return tf.pad(x, [
    [0, 0],
    [left, right],
    [0, 0],
  ]);
}
