import { tf } from "../../engine";
import { isNative } from "../../engine/native/engine";
import { product } from "../../engine/native/matMul";
import { type Activation, hasKernels, linearKernel, packPanels } from "../../engine/wasm/kernels";
import { activate, normalize } from "./activation";

/** A matrix to multiply from the left and what to add, in the form that the engine multiplies fastest. */
export interface Linear {
  columns: number;
  /** For the wasm engine's kernel: see `packPanels`. */
  packed?: tf.Tensor1D;
  /** For all others. */
  weight?: tf.Tensor2D; // [depth, columns]
  bias?: tf.Tensor1D; // [columns]
}

export interface LinearOptions {
  /** Normalise x first: LayerNorm, whose gain and bias are in the matrix. */
  normalize?: boolean;
  activation?: Activation;
  /** Added to the result; [rows, columns]. */
  add?: tf.Tensor2D;
}

/** @param values [columns, depth], as torch.nn.Linear keeps them */
export function createLinear(
  values: Float32Array,
  depth: number,
  columns: number,
  bias?: Float32Array,
): Linear {
  if (hasKernels()) return { columns, packed: tf.tensor1d(packPanels(values, depth, columns, bias)) };
  const weight = tf.tidy(() => tf.transpose(tf.tensor2d(values, [columns, depth])));
  return { columns, weight, bias: bias && tf.tensor1d(bias) };
}

/** activation(normalize?(x) W + b) + add. [rows, depth] -> [rows, columns] */
export function linear(x: tf.Tensor2D, by: Linear, options: LinearOptions = {}): tf.Tensor2D {
  if (by.packed) return linearKernel(x, by.packed, by.columns, options);
  const input = options.normalize ? normalize(x) : x;
  const sum = multiply(input, by.weight as tf.Tensor2D, by.bias);
  const result = activate(sum, options.activation ?? "none");
  return options.add ? tf.add(options.add, result) : result;
}

function multiply(a: tf.Tensor2D, b: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  return isNative() ? product(a, b, bias) : (tf.fused.matMul({ a, b, bias }) as tf.Tensor2D);
}

export function disposeLinear({ packed, weight, bias }: Linear): void {
  for (const tensor of [packed, weight, bias]) tensor?.dispose();
}
