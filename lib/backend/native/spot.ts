/**
 * Small operations, done on the spot where the native engine is on a processor; on other engines they are TensorFlow.js's own.
 * The native engine has products and softmax from oneDNN, which hands its share to every core and waits for all of them: some
 * 35 us even where the work takes 3. Attention from one position is full of such work, so here it is made of TensorFlow's
 * older operations, which share only what is worth it. No gradient.
 */
import * as tf from "@tensorflow/tfjs";
import { flagAttribute, isNativeProcessor, nativeEngine, typeAttribute } from "./engine";

/** Products of matrices, stack by stack. [..., rows, depth] x [..., depth, columns], or [..., columns, depth] when transposed */
export function spotProduct<T extends tf.Tensor>(a: T, b: T, transposeB = false): T {
  if (!isNativeProcessor()) return tf.matMul(a, b, false, transposeB);
  const types = ["Ta", "Tb", "Tout"].map((name) => typeAttribute(name, "float32"));
  const flags = [flagAttribute("adj_x", false), flagAttribute("adj_y", transposeB)];
  return nativeEngine().executeSingleOutput("BatchMatMulV3", [...types, ...flags], [a, b]) as T;
}

/** Rows up to which a softmax, of some hundred numbers each, is small. */
const mostRows = 64;

/** Softmax over the last axis. */
export function spotSoftmax<T extends tf.Tensor>(x: T): T {
  const rows = tf.util.sizeFromShape(x.shape.slice(0, -1));
  if (!isNativeProcessor() || rows > mostRows) return tf.softmax(x);
  return tf.tidy(() => {
    const powers = tf.exp(tf.sub(x, tf.max(x, -1, true)));
    return tf.div(powers, tf.sum(powers, -1, true));
  });
}
