/**
 * TensorFlow.js's products and softmax, small work on the spot. The native engine has them from oneDNN, which on a processor
 * hands every core its share and waits for all of them: some 35 us even where the work takes 3. Attention from one position is
 * full of such work, which is done by TensorFlow's older operations here: they share only what is worth it. No gradient.
 */
import * as tf from "@tensorflow/tfjs";
import { flagAttribute, isNativeProcessor, nativeEngine, typeAttribute } from "./engine";

/**
 * Products of matrices, those of a single row on the spot. [..., rows, depth] x [..., depth, columns], or [..., columns, depth]
 * when transposed
 */
export function matMul<T extends tf.Tensor>(a: T, b: T, transposeB = false): T {
  if (!isNativeProcessor() || a.shape[a.rank - 2] !== 1) return tf.matMul(a, b, false, transposeB);
  const types = ["Ta", "Tb", "Tout"].map((name) => typeAttribute(name, "float32"));
  const flags = [flagAttribute("adj_x", false), flagAttribute("adj_y", transposeB)];
  return nativeEngine().executeSingleOutput("BatchMatMulV3", [...types, ...flags], [a, b]) as T;
}

/** Rows up to which a softmax, of some hundred numbers each, is small. */
const mostRows = 64;

/** Softmax over the last axis. */
export function softmax<T extends tf.Tensor>(x: T): T {
  const rows = tf.util.sizeFromShape(x.shape.slice(0, -1));
  if (!isNativeProcessor() || rows > mostRows) return tf.softmax(x);
  return tf.tidy(() => {
    const powers = tf.exp(tf.sub(x, tf.max(x, -1, true)));
    return tf.div(powers, tf.sum(powers, -1, true));
  });
}
