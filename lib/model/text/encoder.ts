import { tf } from "../../engine";
import { part, type Weights } from "../checkpoint/checkpoint";
import type { TextEncoderConfig } from "../checkpoint/config";
import type { TextTokens } from "./tokenizer";

/** T5's encoder: text tokens to states that the decoder attends to. */
export interface TextEncoder {
  config: TextEncoderConfig;
  /**
   * @param tokens texts padded to one length; padding is never attended to
   * @returns states [texts, length, dModel], those of padding included; the caller disposes of them
   * @throws RangeError for a token outside of the vocabulary
   */
  encode(tokens: TextTokens): tf.Tensor3D;
  /** Free the weights. */
  dispose(): void;
}

interface Block {
  attentionNorm: tf.Tensor1D; // [dModel]
  queryKeyValue: tf.Tensor2D; // [dModel, 3 * heads * dKv]
  output: tf.Tensor2D; // [heads * dKv, dModel]
  feedForwardNorm: tf.Tensor1D; // [dModel]
  entry: tf.Tensor2D; // [dModel, dFf], or [dModel, 2 * dFf] when gated: the gate first
  exit: tf.Tensor2D; // [dFf, dModel]
}

/** What a masked position adds to an attention score. */
const minusInfinity = -1e9;

/**
 * Build the encoder from a checkpoint's `text_encoder.` tensors. Reference: transformers, modeling_t5.py (T5EncoderModel):
 * root-mean-square norms without bias, no scaling of the scores, one learnt bias a head and a bucket of relative positions.
 * @throws Error naming a tensor that is missing
 */
export function createTextEncoder(weights: Weights, config: TextEncoderConfig): TextEncoder {
  const { dModel, dFf, numHeads, dKv } = config;
  const inner = numHeads * dKv;
  const text = part(weights, "text_encoder.");
  /** Matrices [out, in] of one input, side by side and turned: [in, sum of out]. */
  const matrix = (input: number, ...names: string[]) =>
    tf.tidy(() => {
      const parts = names.map((name) => tf.tensor2d(text.read(name), [text.shape(name)[0], input]));
      return tf.transpose(tf.concat(parts, 0)) as tf.Tensor2D;
    });
  const vector = (name: string) => tf.tensor1d(text.read(name));

  const shared = text.has("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight";
  const embeddings = tf.tensor2d(text.read(shared), [config.vocabSize, dModel]);
  const biasName = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
  const bucketBias = tf.tensor2d(text.read(biasName), [config.relativeAttentionNumBuckets, numHeads]);
  const finalNorm = vector("encoder.final_layer_norm.weight");
  const isGated = config.feedForwardProj === "gated-gelu";
  const blocks = Array.from({ length: config.numLayers }, (_, n): Block => {
    const attention = `encoder.block.${n}.layer.0`;
    const feedForward = `encoder.block.${n}.layer.1`;
    const entries = isGated ? ["wi_0", "wi_1"] : ["wi"];
    return {
      attentionNorm: vector(`${attention}.layer_norm.weight`),
      queryKeyValue: matrix(
        dModel,
        ...["q", "k", "v"].map((kind) => `${attention}.SelfAttention.${kind}.weight`),
      ),
      output: matrix(inner, `${attention}.SelfAttention.o.weight`),
      feedForwardNorm: vector(`${feedForward}.layer_norm.weight`),
      entry: matrix(dModel, ...entries.map((entry) => `${feedForward}.DenseReluDense.${entry}.weight`)),
      exit: matrix(dFf, `${feedForward}.DenseReluDense.wo.weight`),
    };
  });

  const attend = (
    x: tf.Tensor2D,
    block: Block,
    bias: tf.Tensor,
    rows: number,
    length: number,
  ): tf.Tensor2D => {
    const normed = rootMeanSquareNorm(x, block.attentionNorm, config.layerNormEpsilon);
    const projected = tf.reshape(tf.matMul(normed, block.queryKeyValue), [rows, length, 3, numHeads, dKv]);
    const [query, key, value] = tf.unstack(tf.transpose(projected, [2, 0, 3, 1, 4])); // [rows, heads, length, dKv]
    const scores = tf.add(tf.matMul(query, key, false, true), bias); // [rows, heads, length, length]
    const mixed = tf.matMul(tf.softmax(scores), value); // [rows, heads, length, dKv]
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * length, inner]);
    return tf.add(x, tf.matMul(joined as tf.Tensor2D, block.output));
  };

  const feedForward = (x: tf.Tensor2D, block: Block): tf.Tensor2D => {
    const normed = rootMeanSquareNorm(x, block.feedForwardNorm, config.layerNormEpsilon);
    const entered = tf.matMul(normed, block.entry); // [rows * length, dFf or 2 dFf]
    if (!isGated) return tf.add(x, tf.matMul(tf.relu(entered), block.exit));
    const [gate, value] = tf.split(entered, 2, 1);
    return tf.add(x, tf.matMul(tf.mul(geluTanh(gate), value) as tf.Tensor2D, block.exit));
  };

  return {
    config,
    encode: ({ ids, mask }) => {
      for (const row of ids) checkRow(row, config.vocabSize);
      const [rows, length] = [ids.length, ids[0].length];
      return tf.tidy(() => {
        const buckets = tf.tensor1d(relativeBuckets(length, config), "int32");
        const byPosition = tf.reshape(tf.gather(bucketBias, buckets), [length, length, numHeads]);
        const position = tf.expandDims(tf.transpose(byPosition, [2, 0, 1]), 0); // [1, heads, length, length]
        const hidden = tf.mul(tf.sub(1, tf.tensor2d(mask, [rows, length], "float32")), minusInfinity);
        const bias = tf.add(position, tf.reshape(hidden, [rows, 1, 1, length])); // [rows, heads, length, length]
        let x = tf.gather(embeddings, tf.tensor1d(ids.flat(), "int32")) as tf.Tensor2D; // [rows * length, dModel]
        for (const block of blocks) x = feedForward(attend(x, block, bias, rows, length), block);
        const normed = rootMeanSquareNorm(x, finalNorm, config.layerNormEpsilon);
        return tf.reshape(normed, [rows, length, dModel]) as tf.Tensor3D;
      });
    },
    dispose: () => {
      tf.dispose([embeddings, bucketBias, finalNorm]);
      for (const block of blocks) tf.dispose(Object.values(block));
    },
  };
}

/**
 * The bucket of every pair of positions: half of the buckets for keys after the query; of each half one half for
 * single distances, the other for distances up to the maximum on a logarithmic scale.
 * Rounded to single precision at each step, as PyTorch does, since a bucket may hang on it.
 * @returns [length (queries) * length (keys)]
 */
export function relativeBuckets(
  length: number,
  config: Pick<TextEncoderConfig, "relativeAttentionNumBuckets" | "relativeAttentionMaxDistance">,
): Int32Array {
  const half = Math.floor(config.relativeAttentionNumBuckets / 2);
  const exact = Math.floor(half / 2);
  const range = Math.fround(Math.log(config.relativeAttentionMaxDistance / exact));
  const bucket = (relative: number) => {
    const distance = Math.abs(relative);
    const side = relative > 0 ? half : 0;
    if (distance < exact) return side + distance;
    const share = Math.fround(Math.fround(Math.log(Math.fround(distance / exact))) / range);
    const large = exact + Math.trunc(Math.fround(share * (half - exact)));
    return side + Math.min(large, half - 1);
  };
  const buckets = new Int32Array(length * length);
  for (let query = 0; query < length; query++) {
    for (let key = 0; key < length; key++) buckets[query * length + key] = bucket(key - query);
  }
  return buckets;
}

function rootMeanSquareNorm(x: tf.Tensor2D, gain: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  const variance = tf.mean(tf.square(x), 1, true); // [rows, 1]
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(variance, epsilon))), gain);
}

/** GELU by hyperbolic tangent, which transformers calls gelu_new. */
function geluTanh(x: tf.Tensor): tf.Tensor {
  const cubic = tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
}

function checkRow(row: number[], vocabSize: number): void {
  const wrong = row.find((id) => !(id >= 0 && id < vocabSize));
  if (wrong !== undefined) {
    throw new RangeError(`text: expected tokens from 0 to ${vocabSize - 1}, found ${wrong}`);
  }
}
