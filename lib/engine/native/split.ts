import * as tf from "@tensorflow/tfjs";
import { nativeEngine, typeAttribute } from "./engine";

/**
 * Split the last axis into parts whose lengths are a tensor, so that a graph takes them as an input. (tf.split takes numbers,
 * which a graph would hold for ever.) On the native engine alone.
 */
export function splitBy<T extends tf.Tensor>(x: T, lengths: tf.Tensor1D): T[] {
  const native = nativeEngine();
  const [count] = lengths.shape;
  const attributes = [
    { name: "num_split", type: native.binding.TF_ATTR_INT, value: count },
    typeAttribute("T", x.dtype),
    typeAttribute("Tlen", "int32"),
  ];
  return tf.tidy(() =>
    native.executeMultipleOutputs("SplitV", attributes, [x, lengths, tf.scalar(x.rank - 1, "int32")], count),
  ) as T[];
}
