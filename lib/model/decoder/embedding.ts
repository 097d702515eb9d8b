import { tf } from "../../engine";
import { sinusoids } from "./positions";

/**
 * Tokens to vectors: the sum of the codebooks' embeddings and of the position's. Looked up and added in plain memory: it is
 * little work, and then one tensor is sent to the engine.
 */
export interface Embedding {
  /**
   * @param token a row's token in codebook k at position `first + step`
   * @returns [rows x count, hidden]
   * @throws RangeError for a token outside of the vocabulary and its padding
   */
  embed(
    token: (row: number, k: number, step: number) => number,
    rows: number,
    first: number,
    count: number,
  ): tf.Tensor2D;
}

/** @param tables [codebooks] of [vocabulary + 1, hidden], the padding token's vector last */
export function createEmbedding(tables: Float32Array[], vocabulary: number, hidden: number): Embedding {
  let positions = sinusoids(256, hidden); // [positions, hidden], grown when needed
  return {
    embed(token, rows, first, count) {
      const known = positions.length / hidden;
      if (first + count > known) positions = sinusoids(Math.max(first + count, 2 * known), hidden);
      const x = new Float32Array(rows * count * hidden);
      for (let row = 0, at = 0; row < rows; row++) {
        for (let t = 0; t < count; t++, at += hidden) {
          x.set(positions.subarray((first + t) * hidden, (first + t + 1) * hidden), at);
          for (const [k, table] of tables.entries()) {
            const start = checked(token(row, k, t), vocabulary) * hidden;
            for (let i = 0; i < hidden; i++) x[at + i] += table[start + i];
          }
        }
      }
      return tf.tensor2d(x, [rows * count, hidden]);
    },
  };
}

function checked(token: number, vocabulary: number): number {
  if (token >= 0 && token <= vocabulary) return token;
  throw new RangeError(`decoder: expected tokens from 0 to ${vocabulary}, found ${token}`);
}
