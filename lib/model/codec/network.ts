import { tf } from "../../engine";
import {
  type CodecLayer,
  type CodecShape,
  type ConvLayer,
  type ConvTransposeLayer,
  codecLayers,
  type PadMode,
} from "./layers";
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
  const { kernel, stride, dilation } = layer;
  const total = (kernel - 1) * dilation + 1 - stride;
  const extra = Math.ceil(x.shape[1] / stride) * stride - x.shape[1];
  const right = shape.useCausalConv ? 0 : Math.floor(total / 2);
  const padded = pad1d(x, total - right, right + extra, shape.padMode);
  const weight = need(get, `${layer.name}.weight`); // [kernel, in, out]
  const bias = need(get, `${layer.name}.bias`) as tf.Tensor1D;
  if (dilation === 1) return convolve1d(padded, weight, bias, stride);
  // Samples `dilation` apart side by side: [batch, time / dilation, dilation, in]; TensorFlow.js has no gradient for
  // a dilated convolution.
  const [batch, time, channels] = padded.shape;
  const whole = zeroPad(padded, 0, (dilation - (time % dilation)) % dilation);
  const columns = tf.reshape(whole, [batch, whole.shape[1] / dilation, dilation, channels]) as tf.Tensor4D;
  const filter = tf.reshape(weight, [kernel, 1, channels, layer.out]) as tf.Tensor4D;
  const y = tf.fused.conv2d({ x: columns, filter, strides: 1, pad: "valid", bias });
  return part(tf.reshape(y, [batch, y.shape[1] * dilation, layer.out]), 0, time - (kernel - 1) * dilation);
}

/**
 * A transposed convolution whose kernel is `taps` strides long: each input frame adds to `taps` output frames, so the
 * output is a sum of matmuls of shifted inputs (many times faster on wasm than TensorFlow.js's own).
 */
function convolveTransposed(
  layer: ConvTransposeLayer,
  shape: CodecShape,
  get: TensorSource,
  x: tf.Tensor3D,
): tf.Tensor3D {
  const { stride, kernel, out } = layer;
  const taps = kernel / stride;
  const [batch, time] = x.shape;
  const weights = tf.unstack(need(get, `${layer.name}.weight`)); // taps x [in, stride, out]
  const bias = tf.tile(need(get, `${layer.name}.bias`) as tf.Tensor1D, [stride]);
  const terms = weights.map((weight, j) => {
    const shifted = tf.reshape(zeroPad(x, j, taps - 1 - j), [-1, layer.in]) as tf.Tensor2D;
    const b = tf.reshape(weight, [layer.in, stride * out]) as tf.Tensor2D;
    return tf.fused.matMul({ a: shifted, b, bias: j === 0 ? bias : undefined });
  }); // taps x [batch * (time + taps - 1), stride * out]
  const sum = terms.reduce((a, b) => tf.add(a, b));
  const full = tf.reshape(sum, [batch, (time + taps - 1) * stride, out]) as tf.Tensor3D;
  const total = kernel - stride;
  const right = shape.useCausalConv ? Math.ceil(total * shape.trimRightRatio) : Math.floor(total / 2);
  return part(full, total - right, time * stride);
}

/** A convolution without padding. weight [kernel, in, out] */
function convolve1d(x: tf.Tensor3D, weight: tf.Tensor, bias: tf.Tensor1D, stride: number): tf.Tensor3D {
  const [batch, time, channels] = x.shape;
  const [kernel, , out] = weight.shape;
  const y = tf.fused.conv2d({
    x: tf.reshape(x, [batch, 1, time, channels]) as tf.Tensor4D,
    filter: tf.reshape(weight, [1, kernel, channels, out]) as tf.Tensor4D,
    strides: [1, stride],
    pad: "valid",
    bias,
  });
  return tf.reshape(y, [batch, y.shape[2], out]);
}

function need(get: TensorSource, name: string): tf.Tensor {
  const tensor = get(name);
  if (!tensor) throw new Error(`the codec's weights lack ${name}`);
  return tensor;
}

/** A stretch of time; flattened, because a slice of whole rows of memory is much faster on wasm. */
function part(x: tf.Tensor3D, from: number, length: number): tf.Tensor3D {
  const [batch, time, channels] = x.shape;
  if (from === 0 && length === time) return x;
  const flat = tf.slice(
    tf.reshape(x, [batch, time * channels]),
    [0, from * channels],
    [batch, length * channels],
  );
  return tf.reshape(flat, [batch, length, channels]);
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
