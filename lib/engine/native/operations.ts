import type { Operations } from "../plain/operations";
import { tf } from "../tf";
import { flagAttribute, type NativeBackend, typeAttribute } from "./backend";

/** From so many weights on, a vector times a matrix takes as long as reading the matrix does. */
const largeMatrix = 2 ** 19;

/** Rows up to which a softmax, of some hundred numbers each, is small. */
const mostRows = 64;

/**
 * TensorFlow's operations where they serve better than those that TensorFlow.js makes of them. No gradient.
 *
 * Small work is done on the spot: on a processor the native backend has products and softmax from oneDNN, which hands every core
 * its share and waits for all of them, some 35 us even where the work takes 3. Attention from one position is full of such work.
 * TensorFlow's older operations share only what is worth it.
 */
export function nativeOperations(native: NativeBackend): Operations {
  const onProcessor = !native.isUsingGpuDevice;

  function matMul<T extends tf.Tensor>(a: T, b: T, transposeB = false): T {
    if (!onProcessor || a.shape[a.rank - 2] !== 1) return tf.matMul(a, b, false, transposeB);
    const types = ["Ta", "Tb", "Tout"].map((name) => typeAttribute(native, name, "float32"));
    const flags = [flagAttribute(native, "adj_x", false), flagAttribute(native, "adj_y", transposeB)];
    return native.executeSingleOutput("BatchMatMulV3", [...types, ...flags], [a, b]) as T;
  }

  return {
    matMul,

    // MatMul and BiasAdd, which a graph does in one go, an activation after them too. What tf.fused.matMul is made of here
    // (BatchMatMulV2 and AddV2) it does one after the other, and slower.
    product(x, weight, bias) {
      return tf.tidy(() => {
        if (x.shape[0] === 1 && weight.size >= largeMatrix) {
          const plain = matMul(x, weight); // reads the matrix quicker than MatMul
          return bias ? tf.add(plain, bias) : plain;
        }
        const type = typeAttribute(native, "T", "float32");
        const straight = ["transpose_a", "transpose_b"].map((name) => flagAttribute(native, name, false));
        const plain = native.executeSingleOutput("MatMul", [...straight, type], [x, weight]);
        return bias ? native.executeSingleOutput("BiasAdd", [type], [plain, bias]) : plain;
      }) as tf.Tensor2D;
    },

    softmax(x) {
      const rows = tf.util.sizeFromShape(x.shape.slice(0, -1));
      if (!onProcessor || rows > mostRows) return tf.softmax(x);
      return tf.tidy(() => {
        const powers = tf.exp(tf.sub(x, tf.max(x, -1, true)));
        return tf.div(powers, tf.sum(powers, -1, true));
      });
    },

    splitBy<T extends tf.Tensor>(x: T, lengths: tf.Tensor1D) {
      const [count] = lengths.shape;
      const attributes = [
        { name: "num_split", type: native.binding.TF_ATTR_INT, value: count },
        typeAttribute(native, "T", x.dtype),
        typeAttribute(native, "Tlen", "int32"),
      ];
      const run = () => {
        const axis = tf.scalar(x.rank - 1, "int32");
        return native.executeMultipleOutputs("SplitV", attributes, [x, lengths, axis], count);
      };
      return tf.tidy(run) as T[];
    },
  };
}
