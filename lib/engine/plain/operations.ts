import { tf } from "../tf";

/** The operations that make up most of a transformer's time, in which engines of TensorFlow.js's operations differ. */
export interface Operations {
  /** x W + bias. x [rows, depth], weight [depth, columns], bias [columns] -> [rows, columns] */
  product(x: tf.Tensor2D, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D;
  /** [..., rows, depth] x [..., depth, columns], or [..., columns, depth] when transposed */
  matMul<T extends tf.Tensor>(a: T, b: T, transposeB?: boolean): T;
  /** Over the last axis. */
  softmax<T extends tf.Tensor>(x: T): T;
  /** Split the last axis into parts whose lengths are a tensor; where there are graphs, which take it as an input. */
  splitBy?<T extends tf.Tensor>(x: T, lengths: tf.Tensor1D): T[];
}

export const plainOperations: Operations = {
  product: (a, b, bias) => tf.fused.matMul({ a, b, bias }) as tf.Tensor2D,
  matMul: (a, b, transposeB) => tf.matMul(a, b, false, transposeB),
  softmax: (x) => tf.softmax(x),
};
