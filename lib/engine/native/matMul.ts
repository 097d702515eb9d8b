import * as tf from "@tensorflow/tfjs";
import { flagAttribute, nativeEngine, typeAttribute } from "./engine";
import { matMul } from "./smallMatMul";

/** From so many weights on, a vector times a matrix takes as long as reading the matrix does. */
const largeMatrix = 2 ** 19;

/**
 * x W + bias as TensorFlow's MatMul and BiasAdd, which a graph does in one go, an activation after them too. What
 * tf.fused.matMul is made of here (BatchMatMulV2 and AddV2) it does one after the other, and slower. On the native engine
 * alone; no gradient.
 * @param x [rows, depth]
 * @param weight [depth, columns]
 * @param bias [columns]
 * @returns [rows, columns]
 */
export function product(x: tf.Tensor2D, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  const native = nativeEngine();
  return tf.tidy(() => {
    if (x.shape[0] === 1 && weight.size >= largeMatrix) {
      const plain = matMul(x, weight); // reads the matrix quicker than MatMul
      return bias ? tf.add(plain, bias) : plain;
    }
    const type = typeAttribute("T", "float32");
    const straight = ["transpose_a", "transpose_b"].map((name) => flagAttribute(name, false));
    const plain = native.executeSingleOutput("MatMul", [...straight, type], [x, weight]);
    return bias ? native.executeSingleOutput("BiasAdd", [type], [plain, bias]) : plain;
  }) as tf.Tensor2D;
}
