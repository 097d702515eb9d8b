import * as tf from "@tensorflow/tfjs";
import { nativeEngine } from "./engine";

/**
 * x W + bias as TensorFlow's MatMul and BiasAdd, which a graph does in one go. What tf.fused.matMul is made of here
 * (BatchMatMulV2 and AddV2) it does one after the other, and slower. On the native engine alone; no gradient.
 * @param x [rows, depth]
 * @param weight [depth, columns]
 * @param bias [columns]
 * @returns [rows, columns]
 */
export function product(x: tf.Tensor2D, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  const native = nativeEngine();
  const { TF_ATTR_BOOL: bool, TF_ATTR_TYPE } = native.binding;
  const type = { name: "T", type: TF_ATTR_TYPE, value: native.getDTypeInteger("float32") };
  const straight = ["transpose_a", "transpose_b"].map((name) => ({ name, type: bool, value: false }));
  return tf.tidy(() => {
    const plain = native.executeSingleOutput("MatMul", [...straight, type], [x, weight]);
    return bias ? native.executeSingleOutput("BiasAdd", [type], [plain, bias]) : plain;
  }) as tf.Tensor2D;
}
