import { type Linear, tf } from "../../lib/engine";
import { normal, random } from "../../lib/math/random";
import { type LayerWeights, runLayer } from "../../lib/model/decoder/network";
import { sinusoids } from "../../lib/model/decoder/positions";
import { relativeBuckets } from "../../lib/model/text/encoder";
import { Parameters } from "./parameters";
import { studioCodec, studioDecoder } from "./studio";
import { studioTokenizer } from "./tokenizerFile";

const { hidden, layers, heads, ffn, text } = studioDecoder;
const headDim = hidden / heads;
const vocabulary = studioCodec.codebookSize;
const QUERY_BLOCKS = 5;
/** Codebooks whose next second the decoder learns to foresee: see decoderLosses.ts. */
export const FORESIGHT_CODEBOOKS = 2;

/** A batch for the decoder's loss. */
export interface DecoderBatch {
  rows: number;
  steps: number;
  /** Delayed input tokens, one [rows * steps] a codebook. */
  inputs: Int32Array[];
  /** Tokens to predict [rows * steps * codebooks] and where there is one (else 0). */
  targets: Int32Array;
  valid: Float32Array;
  /** Caption tokens [rows * textSteps], padded with 0, and mask; a row of zeros runs unconditionally. */
  textSteps: number;
  textIds: Int32Array;
  textMask: Float32Array;
}

/** Fresh parameters of the bundled decoder and text encoder, named by what they are; matrices are [in, out]. */
export function createDecoderParameters(seed: number): Parameters {
  const uniform = random(seed);
  const parameters = new Parameters();
  const gaussian = (n: number, deviation: number) =>
    new Float32Array(n).map(() => deviation * normal(uniform));
  const matrix = (name: string, rows: number, columns: number, deviation = 1 / Math.sqrt(rows)) =>
    parameters.add(name, [rows, columns], gaussian(rows * columns, deviation), true);
  const table = (name: string, rows: number, columns: number, deviation: number) =>
    parameters.add(name, [rows, columns], gaussian(rows * columns, deviation));
  const vector = (name: string, size: number, value: number) =>
    parameters.add(name, [size], new Float32Array(size).fill(value));
  const norm = (name: string, size: number) => {
    vector(`${name}.weight`, size, 1);
    vector(`${name}.bias`, size, 0);
  };
  const small = 0.5 / Math.sqrt(hidden * 2 * layers);
  // Wide enough that the sinusoidal positions (of unit size) do not drown the tokens.
  for (let k = 0; k < studioCodec.codebooks; k++) table(`embed.${k}`, vocabulary + 1, hidden, 0.35);
  for (let n = 0; n < layers; n++) {
    norm(`${n}.selfNorm`, hidden);
    matrix(`${n}.qkv`, hidden, 3 * hidden);
    matrix(`${n}.out`, hidden, hidden, small);
    norm(`${n}.crossNorm`, hidden);
    matrix(`${n}.crossQuery`, hidden, hidden);
    matrix(`${n}.crossKeyValue`, hidden, 2 * hidden);
    matrix(`${n}.crossOut`, hidden, hidden, small);
    norm(`${n}.mlpNorm`, hidden);
    matrix(`${n}.fc1`, hidden, ffn);
    matrix(`${n}.fc2`, ffn, hidden, small);
  }
  norm("finalNorm", hidden);
  matrix("lmHeads", hidden, studioCodec.codebooks * vocabulary, 0.02);
  matrix("foresight", hidden, FORESIGHT_CODEBOOKS * vocabulary, 0.02);
  matrix("textToDecoder", text, hidden);
  vector("textToDecoder.bias", hidden, 0);
  table("text.embed", studioTokenizer().vocabulary, text, 1);
  table("text.position", textShape.relativeAttentionNumBuckets, textShape.numHeads, 0.1);
  for (let n = 0; n < textShape.numLayers; n++) {
    vector(`text.${n}.attentionNorm`, text, 1);
    matrix(`text.${n}.qkv`, text, 3 * text, 1 / text ** 0.75); // T5 does not scale its scores
    matrix(`text.${n}.out`, text, text);
    vector(`text.${n}.mlpNorm`, text, 1);
    matrix(`text.${n}.wi`, text, textShape.dFf);
    matrix(`text.${n}.wo`, textShape.dFf, text);
  }
  vector("text.finalNorm", text, 1);
  parameters.build();
  return parameters;
}

/**
 * Into how many matrices a parameter's columns split for `Muon`; 0 for what is left to AdamW: all but self-attention
 * and feed-forward (cross-attention sees a caption in half of the rows only, and each matrix costs time).
 */
export function hiddenMatrices(name: string): number {
  const parts: Record<string, number> = { qkv: 3, out: 1, fc1: 1, fc2: 1 };
  const [layer, part] = name.split(".");
  return /^\d+$/.test(layer) ? (parts[part] ?? 0) : 0;
}

/** The bundled text encoder: two layers of T5. */
export const textShape = {
  numLayers: 2,
  numHeads: 4,
  dKv: text / 4,
  dFf: 2 * text,
  relativeAttentionNumBuckets: 16,
  relativeAttentionMaxDistance: 32,
  layerNormEpsilon: 1e-6,
};

type Get = (name: string) => tf.Tensor;

/**
 * Logits [rows * steps * codebooks, vocabulary], with gradients. The layers are those of lib/model/decoder/network.ts, on the
 * variables that are trained. Two things around them are done otherwise: tokens are looked up by an operation that has a gradient
 * (the product adds up their vectors in plain memory, and sends one tensor to the engine), and LayerNorms keep their gains and
 * biases (the product folds them into the matrices). A test holds the two against each other.
 * @param onLayer hears the residual after 1, 2, ... layers
 */
export function decoderLogits(
  get: Get,
  { rows, steps, inputs, ...caption }: DecoderBatch,
  onLayer?: (layers: number, state: tf.Tensor2D) => void,
): tf.Tensor2D {
  const positions = tf.tensor(sinusoids(steps, hidden), [1, steps, hidden]);
  const embedded = inputs.map((ids, k) => tf.gather(get(`embed.${k}`), tf.tensor1d(ids, "int32")));
  let x = tf
    .addN(embedded)
    .reshape([rows, steps, hidden])
    .add(positions)
    .reshape([-1, hidden]) as tf.Tensor2D;
  const { states, hide } = readCaption(get, rows, caption);
  const causal = causalMask(steps); // [1, 1, steps, steps]
  const memory = {
    attend(qkv: tf.Tensor2D) {
      const [q, k, v] = split(qkv, rows, steps, 3);
      return joinHeads(attendCausally(q, k, v, causal));
    },
  };
  for (let n = 0; n < layers; n++) {
    const { crossKeyValue, ...weights } = layerOf(get, n);
    const text = {
      attend(query: tf.Tensor2D) {
        const [q] = split(query, rows, steps, 1);
        const [k, v] = split(crossKeyValue.apply(states), rows, caption.textSteps, 2);
        return joinHeads(attend(q, k, v, hide));
      },
    };
    x = runLayer(x, weights, { rows, activation: "gelu", memory, text }) as tf.Tensor2D;
    onLayer?.(n + 1, x);
  }
  const logits = multiplication(get, "lmHeads", "finalNorm").apply(x, { normalize: true });
  return logits.reshape([-1, vocabulary]) as tf.Tensor2D;
}

function layerOf(get: Get, n: number): LayerWeights<Pick<Linear, "apply">> {
  const part = (name: string, norm?: string) => multiplication(get, `${n}.${name}`, norm && `${n}.${norm}`);
  return {
    qkv: part("qkv", "selfNorm"),
    out: part("out"),
    crossQuery: part("crossQuery", "crossNorm"),
    crossKeyValue: part("crossKeyValue"),
    crossOut: part("crossOut"),
    up: part("fc1", "mlpNorm"),
    down: part("fc2"),
  };
}

/** A parameter as the layers multiply by it. @param normName of the LayerNorm before it */
function multiplication(get: Get, name: string, normName = ""): Pick<Linear, "apply"> {
  return {
    apply(x, { normalize, activation, add } = {}) {
      const product = tf.matMul(normalize ? norm(get, normName, x) : x, mat(get, name)) as tf.Tensor2D;
      const result = activation === "gelu" ? gelu(product) : product;
      return add ? tf.add(add, result) : result;
    },
  };
}

/** Caption states in the decoder's size [rows * textSteps, hidden], zero at padding, and what hides the padding. */
function readCaption(
  get: Get,
  rows: number,
  { textSteps, textIds, textMask }: Pick<DecoderBatch, "textSteps" | "textIds" | "textMask">,
): { states: tf.Tensor2D; hide: tf.Tensor } {
  const mask = tf.tensor2d(textMask, [rows, textSteps]);
  const hide = tf.sub(1, mask).mul(-1e9).reshape([rows, 1, 1, textSteps]);
  const buckets = tf.oneHot(tf.tensor1d(relativeBuckets(textSteps, textShape), "int32"), 16).toFloat();
  const bias = tf.matMul(buckets as tf.Tensor2D, mat(get, "text.position"));
  const position = bias.reshape([1, textSteps, textSteps, textShape.numHeads]).transpose([0, 3, 1, 2]);
  const split4 = (x: tf.Tensor) =>
    tf.unstack(x.reshape([rows, textSteps, 3, textShape.numHeads, textShape.dKv]).transpose([2, 0, 3, 1, 4]));
  let x = tf.gather(get("text.embed"), tf.tensor1d(textIds, "int32")) as tf.Tensor2D;
  for (let n = 0; n < textShape.numLayers; n++) {
    const [q, k, v] = split4(
      tf.matMul(rootNorm(x, get(`text.${n}.attentionNorm`)), mat(get, `text.${n}.qkv`)),
    );
    const weights = tf.softmax(tf.matMul(q, k, false, true).add(position).add(hide));
    const mixed = tf.matMul(weights, v).transpose([0, 2, 1, 3]).reshape([-1, text]) as tf.Tensor2D;
    x = x.add(tf.matMul(mixed, mat(get, `text.${n}.out`)));
    const inner = tf.relu(tf.matMul(rootNorm(x, get(`text.${n}.mlpNorm`)), mat(get, `text.${n}.wi`)));
    x = x.add(tf.matMul(inner, mat(get, `text.${n}.wo`)));
  }
  const projected = tf.matMul(rootNorm(x, get("text.finalNorm")), mat(get, "textToDecoder"));
  const states = projected.add(get("textToDecoder.bias")).mul(mask.reshape([-1, 1])) as tf.Tensor2D;
  return { states, hide };
}

function split(x: tf.Tensor, rows: number, steps: number, parts: number): tf.Tensor[] {
  const apart = x.reshape([rows, steps, parts, heads, headDim]).transpose([2, 0, 3, 1, 4]);
  return parts === 1 ? [apart.squeeze([0])] : tf.unstack(apart); // unstack has no gradient for a single part
}

/** q [rows, heads, steps, headDim], k and v [rows, heads, keys, headDim]; returns [rows, heads, steps, headDim]. */
function attend(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.softmax(tf.matMul(q.mul(headDim ** -0.5), k, false, true).add(mask)), v);
}

/** Causal self-attention in blocks of queries, each with the keys up to its end: less than two thirds of the scores. */
function attendCausally(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const [rows, , steps] = q.shape;
  const block = Math.ceil(steps / QUERY_BLOCKS);
  const upTo = (x: tf.Tensor, from: number, end: number) =>
    x.slice([0, 0, from, 0], [rows, heads, end - from, headDim]);
  const blocks: tf.Tensor[] = [];
  for (let from = 0; from < steps; from += block) {
    const end = Math.min(steps, from + block);
    const hidden = mask.slice([0, 0, from, 0], [1, 1, end - from, end]);
    blocks.push(attend(upTo(q, from, end), upTo(k, 0, end), upTo(v, 0, end), hidden));
  }
  return tf.concat(blocks, 2);
}

/** [rows, heads, steps, headDim] to [rows * steps, hidden]. */
function joinHeads(x: tf.Tensor): tf.Tensor2D {
  return x.transpose([0, 2, 1, 3]).reshape([-1, hidden]) as tf.Tensor2D;
}

function norm(get: Get, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return normalized(x)
    .mul(get(`${name}.weight`))
    .add(get(`${name}.bias`)) as tf.Tensor2D;
}

/** LayerNorm without gain and bias. */
export function normalized(x: tf.Tensor2D): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, 1, true);
  return x.sub(mean).mul(tf.rsqrt(variance.add(1e-5))) as tf.Tensor2D;
}

function rootNorm(x: tf.Tensor2D, gain: tf.Tensor): tf.Tensor2D {
  return x.mul(tf.rsqrt(tf.mean(tf.square(x), 1, true).add(1e-6))).mul(gain) as tf.Tensor2D;
}

function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return x.mul(0.5).mul(tf.erf(x.mul(Math.SQRT1_2)).add(1)) as tf.Tensor2D;
}

function causalMask(steps: number): tf.Tensor {
  const upper = tf.sub(1, tf.linalg.bandPart(tf.ones([steps, steps]), -1, 0));
  return upper.mul(-1e9).reshape([1, 1, steps, steps]);
}

function mat(get: Get, name: string): tf.Tensor2D {
  return get(name) as tf.Tensor2D;
}
