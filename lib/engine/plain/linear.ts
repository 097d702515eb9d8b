import type { Activation, Linear } from "../engine";
import { tf } from "../tf";
import type { Operations } from "./operations";

/** @param values [columns, depth], as torch.nn.Linear keeps them; bias [columns] */
export function plainLinear(
  { product }: Operations,
  values: Float32Array,
  depth: number,
  columns: number,
  bias?: Float32Array,
): Linear {
  const weight = transposed(values, depth, columns);
  const added = bias && tf.tensor1d(bias);
  return {
    apply(x, { normalize: isNormalized = false, activation = "none", add } = {}) {
      const sum = product(isNormalized ? normalize(x) : x, weight, added);
      const result = activate(sum, activation);
      return add ? tf.add(add, result) : result;
    },
    dispose() {
      weight.dispose();
      added?.dispose();
    },
  };
}

/** A function of its own: a closure over `values` here would keep them as long as the layer. Returns [depth, columns] */
function transposed(values: Float32Array, depth: number, columns: number): tf.Tensor2D {
  return tf.tidy(() => tf.transpose(tf.tensor2d(values, [columns, depth])));
}

/** LayerNorm without gain and bias, over the last axis (torch.nn.LayerNorm, epsilon 1e-5). */
export function normalize(x: tf.Tensor2D): tf.Tensor2D {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
}

/** What stands between the two matrices of an MLP, by Hugging Face's name. */
export function activate(x: tf.Tensor2D, kind: Activation): tf.Tensor2D {
  switch (kind) {
    case "gelu": // x/2 (1 + erf(x / sqrt 2))
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
    case "gelu_new": {
      // x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
      const cubic = tf.mul(tf.add(tf.mul(tf.square(x), 0.044715), 1), x);
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
    }
    case "relu":
      return tf.relu(x);
    case "none":
      return x;
  }
}
