import type { Weights } from "./checkpoint";
import type { DecoderConfig } from "./config";
import { createLinear, disposeLinear, type Linear } from "./linear";

/** One layer's matrices, each LayerNorm's gain and bias folded into the matrix that follows it. */
export interface LayerWeights {
  qkv: Linear; // [hidden, 3 x hidden]: queries (scaled by 1 / sqrt(headDim)), keys, values
  out: Linear; // [hidden, hidden]: W_O
  crossQuery: Linear; // [hidden, hidden]
  crossKeyValue: Linear; // [hidden, 2 x hidden]
  crossOut: Linear; // [hidden, hidden]
  up: Linear; // [hidden, ffn]
  down: Linear; // [ffn, hidden]
}

export interface DecoderWeights {
  embeddings: Float32Array[]; // [codebooks] of [vocabulary + 1, hidden], in plain memory: looked up, summed, then sent
  layers: LayerWeights[];
  heads: Linear; // [hidden, codebooks x vocabulary]
  textProjection?: Linear; // [textHidden, hidden]
}

/**
 * Read a decoder, named as in Hugging Face's MusicgenForConditionalGeneration, ready for few and large multiplications.
 *
 * LayerNorm(x) W = ((x - mean) / deviation * gain + bias) W = normalize(x) (gain * W) + bias W, so its gain and bias move into
 * the matrix once, at load, and each step only normalises.
 * @throws Error naming a missing tensor
 */
export function readDecoderWeights(weights: Weights, config: DecoderConfig): DecoderWeights {
  const { hiddenSize: hidden, ffnDim: ffn, vocabSize: vocabulary } = config;
  const root = "decoder.model.decoder.";
  const matrix = (name: string, rows: number, columns: number) =>
    transpose(weights.read(name), rows, columns);
  const norm = (name: string): Norm => ({
    gain: weights.read(`${name}.weight`),
    bias: weights.read(`${name}.bias`),
  });
  const codebooks = Array.from({ length: config.numCodebooks }, (_, k) => k);
  const headScale = 1 / Math.sqrt(hidden / config.numAttentionHeads);

  const readLayer = (l: number): LayerWeights => {
    const layer = `${root}layers.${l}.`;
    const square = (name: string) => matrix(`${layer}${name}.weight`, hidden, hidden);
    return {
      qkv: linear(
        beside([
          scale(square("self_attn.q_proj"), headScale),
          square("self_attn.k_proj"),
          square("self_attn.v_proj"),
        ]),
        norm(`${layer}self_attn_layer_norm`),
      ),
      out: linear(square("self_attn.out_proj")),
      crossQuery: linear(
        scale(square("encoder_attn.q_proj"), headScale),
        norm(`${layer}encoder_attn_layer_norm`),
      ),
      crossKeyValue: linear(beside([square("encoder_attn.k_proj"), square("encoder_attn.v_proj")])),
      crossOut: linear(square("encoder_attn.out_proj")),
      up: linear(matrix(`${layer}fc1.weight`, ffn, hidden), norm(`${layer}final_layer_norm`)),
      down: linear(matrix(`${layer}fc2.weight`, hidden, ffn)),
    };
  };

  const projection = "enc_to_dec_proj";
  const readProjection = () => {
    const [, textHidden] = weights.shape(`${projection}.weight`);
    const { values } = matrix(`${projection}.weight`, hidden, textHidden);
    return createLinear(values, textHidden, hidden, weights.read(`${projection}.bias`));
  };
  return {
    embeddings: codebooks.map((k) => weights.read(`${root}embed_tokens.${k}.weight`)),
    layers: Array.from({ length: config.numHiddenLayers }, (_, l) => readLayer(l)),
    heads: linear(
      beside(codebooks.map((k) => matrix(`decoder.lm_heads.${k}.weight`, vocabulary, hidden))),
      norm(`${root}layer_norm`),
    ),
    textProjection: weights.has(`${projection}.weight`) ? readProjection() : undefined,
  };
}

export function disposeDecoderWeights({ layers, heads, textProjection }: DecoderWeights): void {
  for (const layer of layers) for (const matrix of Object.values(layer)) disposeLinear(matrix);
  disposeLinear(heads);
  if (textProjection) disposeLinear(textProjection);
}

/** LayerNorm's gain and bias, one number a channel. */
interface Norm {
  gain: Float32Array;
  bias: Float32Array;
}

/** Numbers in rows: [rows, columns]. */
interface Matrix {
  values: Float32Array;
  rows: number;
  columns: number;
}

function transpose(from: Float32Array, rows: number, columns: number): Matrix {
  const values = new Float32Array(from.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) values[c * rows + r] = from[r * columns + c];
  return { values, rows: columns, columns: rows };
}

function scale(matrix: Matrix, factor: number): Matrix {
  return { ...matrix, values: matrix.values.map((value) => value * factor) };
}

function beside(matrices: Matrix[]): Matrix {
  const { rows } = matrices[0];
  const columns = matrices.reduce((sum, matrix) => sum + matrix.columns, 0);
  const values = new Float32Array(rows * columns);
  let start = 0;
  for (const matrix of matrices) {
    for (let r = 0; r < rows; r++) {
      const row = matrix.values.subarray(r * matrix.columns, (r + 1) * matrix.columns);
      values.set(row, r * columns + start);
    }
    start += matrix.columns;
  }
  return { values, rows, columns };
}

/** A matrix for the engine, with the norm before it folded in. */
function linear(matrix: Matrix, norm?: Norm): Linear {
  const { rows, columns } = matrix;
  if (!norm) return createLinear(matrix.values, rows, columns);
  const values = new Float32Array(rows * columns);
  const bias = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const value = matrix.values[r * columns + c];
      values[r * columns + c] = norm.gain[r] * value;
      bias[c] += norm.bias[r] * value;
    }
  }
  return createLinear(values, rows, columns, Float32Array.from(bias));
}
