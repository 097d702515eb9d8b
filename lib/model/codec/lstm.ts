import { tf } from "../../engine";
import type { LstmLayer } from "./layers";

/**
 * A stack of LSTMs over time, added to its input, as in EnCodec (PyTorch's nn.LSTM, zero initial state).
 * When `get` has no weights for the last level the stack is taken to contribute nothing and is skipped.
 * The input's matmul runs once for all steps; what is left per step is one small matmul and the gates.
 * @param x [batch, time, channels]
 * @returns [batch, time, channels]
 */
export function addLstm(
  layer: LstmLayer,
  get: (name: string) => tf.Tensor | undefined,
  x: tf.Tensor3D,
): tf.Tensor3D {
  if (layer.levels === 0 || !get(`${layer.name}.weight_ih_l${layer.levels - 1}`)) return x;
  let y = x;
  for (let level = 0; level < layer.levels; level++) {
    const before = y;
    y = tf.tidy(() => runLevel(layer, level, get, before));
    if (before !== x) before.dispose();
  }
  return tf.add(x, y);
}

function runLevel(
  layer: LstmLayer,
  level: number,
  get: (name: string) => tf.Tensor | undefined,
  x: tf.Tensor3D,
): tf.Tensor3D {
  const tensor = (name: string) => {
    const found = get(`${layer.name}.${name}_l${level}`);
    if (!found) throw new Error(`the codec's weights lack ${layer.name}.${name}_l${level}`);
    return found;
  };
  const width = layer.channels;
  const [batch, time] = x.shape;
  const inputs = tf.fused.matMul({
    a: tf.reshape(tf.transpose(x, [1, 0, 2]), [time * batch, width]),
    b: tf.reshape(tensor("weight_ih"), [width, 4 * width]),
    bias: tf.add(tensor("bias_ih"), tensor("bias_hh")),
  }); // [time * batch, 4 width]
  const recurrent = tf.reshape(tensor("weight_hh"), [width, 4 * width]) as tf.Tensor2D;
  let hidden = tf.zeros([batch, width]) as tf.Tensor2D;
  let cell = tf.zeros([batch, width]) as tf.Tensor2D;
  const outputs: tf.Tensor2D[] = [];
  for (let t = 0; t < time; t++) {
    [hidden, cell] = tf.tidy(() => {
      const gates = tf.add(
        tf.slice(inputs, [t * batch, 0], [batch, 4 * width]),
        tf.matMul(hidden, recurrent),
      );
      const [i, f, g, o] = tf.split(gates, 4, 1) as tf.Tensor2D[]; // each [batch, width]
      const next = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g))) as tf.Tensor2D;
      return [tf.mul(tf.sigmoid(o), tf.tanh(next)) as tf.Tensor2D, next] as [tf.Tensor2D, tf.Tensor2D];
    });
    outputs.push(hidden);
  }
  return tf.stack(outputs, 1) as tf.Tensor3D; // [batch, time, width]
}
