import { tf } from "../../lib/engine";
import { type DecoderBatch, decoderLogits, FORESIGHT_CODEBOOKS, normalized } from "./decoderNetwork";
import type { Parameters } from "./parameters";
import { studioCodec } from "./studio";

/** After this many layers the decoder is asked for what comes within so many steps: a second. */
const FORESIGHT_LAYERS = 4;
const FORESIGHT_STEPS = 50;

const vocabulary = studioCodec.codebookSize;

/** What the decoder is trained by, in nats. */
export interface DecoderLosses {
  /** Cross-entropy a token, by codebook: [codebooks]. */
  tokens: tf.Tensor1D;
  /**
   * Cross-entropy a step of the share of each token within the next second, by a head in mid-decoder that is not
   * exported: as with heads that predict several tokens (Gloeckle et al. 2024), what matters for longer than a frame,
   * such as who plays, then stands in every step's state.
   */
  foresight: tf.Scalar;
}

/** The whole sequence at once, with gradients. */
export function decoderLosses(parameters: Parameters, batch: DecoderBatch): DecoderLosses {
  const tensors = parameters.unpack();
  const get = (name: string) => tensors.get(name)!;
  let middle: tf.Tensor2D | undefined;
  const logits = decoderLogits(get, batch, (n, state) => {
    if (n === FORESIGHT_LAYERS) middle = state;
  }); // [rows * steps * codebooks, vocabulary]
  const hot = tf.oneHot(tf.tensor1d(batch.targets, "int32"), vocabulary).toFloat() as tf.Tensor2D;
  const losses = crossEntropy(logits, hot).mul(tf.tensor1d(batch.valid));
  const shape = [batch.rows * batch.steps, studioCodec.codebooks];
  const counts = tf.sum(tf.tensor2d(batch.valid, shape as [number, number]), 0);
  const tokens = tf.sum(losses.reshape(shape), 0).div(counts) as tf.Tensor1D;
  const head = get("foresight") as tf.Tensor2D;
  const coming = tf.matMul(normalized(middle!), head).reshape([-1, vocabulary]) as tf.Tensor2D;
  const foresight = tf.mean(crossEntropy(coming, tf.tensor2d(shares(batch), [coming.shape[0], vocabulary])));
  return { tokens, foresight: foresight as tf.Scalar };
}

/** The share of each token among those to come within a second: [rows * steps * FORESIGHT_CODEBOOKS, vocabulary]. */
function shares({ rows, steps, targets, valid }: DecoderBatch): Float32Array {
  const K = studioCodec.codebooks;
  const out = new Float32Array(rows * steps * FORESIGHT_CODEBOOKS * vocabulary);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < FORESIGHT_CODEBOOKS; k++) {
      const count = new Float32Array(vocabulary);
      let total = 0;
      const addTerms = (p: number, sign: number) => {
        const at = (r * steps + p) * K + k;
        if (p >= steps || !valid[at]) return;
        count[targets[at]] += sign;
        total += sign;
      };
      for (let p = steps - 1; p >= 0; p--) {
        addTerms(p, 1);
        addTerms(p + FORESIGHT_STEPS, -1);
        const to = ((r * steps + p) * FORESIGHT_CODEBOOKS + k) * vocabulary;
        for (let c = 0; c < vocabulary; c++) out[to + c] = count[c] / total;
      }
    }
  }
  return out;
}

/**
 * Cross-entropy of each row [n] against shares [n, vocabulary] that sum to one, with the gradient softmax - shares,
 * which keeps memory to two copies.
 */
function crossEntropy(logits: tf.Tensor2D, shares: tf.Tensor2D): tf.Tensor1D {
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const logProbability = tf.logSoftmax(args[0] as tf.Tensor2D);
    const value = tf.neg(tf.sum(logProbability.mul(shares), 1));
    save([logProbability, shares]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.exp(saved[0]).sub(saved[1]).mul(dy.expandDims(1));
    return { value, gradFunc };
  });
  return op(logits) as tf.Tensor1D;
}
