import { tf } from "../../lib/engine";
import { random } from "../../lib/math/random";

/**
 * A residual vector quantiser while it learns: k-means start, exponential moving averages of its entries' members,
 * and entries that nobody uses moved onto frames of the batch (van den Oord et al. 2017; Defossez et al. 2022, 3.2).
 */
export class LearningQuantizer {
  readonly embed: tf.Variable[]; // codebooks x [entries, dim]
  readonly counts: tf.Variable[]; // codebooks x [entries]
  readonly sums: tf.Variable[]; // codebooks x [entries, dim]
  private readonly uniform: () => number;

  constructor(
    readonly codebooks: number,
    readonly entries: number,
    readonly dim: number,
    seed: number,
  ) {
    const make = (shape: number[]) =>
      Array.from({ length: codebooks }, () => tf.variable(tf.zeros(shape), false));
    this.embed = make([entries, dim]);
    this.counts = make([entries]);
    this.sums = make([entries, dim]);
    this.uniform = random(seed);
  }

  /** Start every codebook by k-means on what the ones before it left over; frames [n, dim]. */
  start(frames: tf.Tensor2D, iterations = 12): void {
    let residual: tf.Tensor2D = frames.clone();
    for (let k = 0; k < this.codebooks; k++) {
      this.embed[k].assign(this.draw(residual, this.entries));
      for (let i = 0; i < iterations; i++) {
        tf.tidy(() => {
          const { counts, sums } = this.members(k, residual);
          const used = counts.greater(0.5).expandDims(1);
          const means = sums.div(tf.maximum(counts, 1).expandDims(1));
          this.embed[k].assign(tf.where(used, means, this.draw(residual, this.entries)));
        });
      }
      tf.tidy(() => {
        const { counts } = this.members(k, residual);
        const scaled = tf.maximum(counts.mul(256 / frames.shape[0]), 0.3);
        this.counts[k].assign(scaled);
        this.sums[k].assign(this.embed[k].mul(scaled.expandDims(1)));
      });
      const next = tf.tidy(() => residual.sub(this.look(k, this.nearest(k, residual))) as tf.Tensor2D);
      residual.dispose();
      residual = next;
    }
    residual.dispose();
  }

  /** Codes of frames [n, dim], one [n] a codebook; the sums [n, dim] of the first 1, 2, ... entries; all of them. */
  quantize(frames: tf.Tensor2D): { codes: tf.Tensor1D[]; quantized: tf.Tensor2D; partial: tf.Tensor2D[] } {
    let residual: tf.Tensor2D = frames;
    const codes: tf.Tensor1D[] = [];
    const partial: tf.Tensor2D[] = [];
    for (let k = 0; k < this.codebooks; k++) {
      const code = this.nearest(k, residual);
      const entry = this.look(k, code);
      codes.push(code);
      residual = residual.sub(entry);
      partial.push(k === 0 ? entry : partial[k - 1].add(entry));
    }
    return { codes, quantized: partial[this.codebooks - 1], partial };
  }

  /** One moving-average update from the frames [n, dim] of a batch. */
  learn(frames: tf.Tensor2D, decay = 0.99, deadBelow = 0.03): void {
    tf.tidy(() => {
      let residual: tf.Tensor2D = frames;
      for (let k = 0; k < this.codebooks; k++) {
        const before = this.look(k, this.nearest(k, residual));
        const { counts, sums } = this.members(k, residual);
        const newCounts = this.counts[k].mul(decay).add(counts.mul(1 - decay));
        const newSums = this.sums[k].mul(decay).add(sums.mul(1 - decay));
        const dead = newCounts.less(deadBelow);
        const fresh = this.draw(residual, this.entries);
        this.counts[k].assign(tf.where(dead, tf.fill([this.entries], 0.3), newCounts));
        this.sums[k].assign(tf.where(dead.expandDims(1), fresh.mul(0.3), newSums));
        this.embed[k].assign(this.sums[k].div(this.counts[k].expandDims(1)));
        residual = residual.sub(before);
      }
    });
  }

  private nearest(k: number, x: tf.Tensor2D): tf.Tensor1D {
    return tf.tidy(() => {
      const scores = tf.matMul(x, this.embed[k] as tf.Tensor, false, true).mul(2); // [n, entries]
      return tf.argMax(scores.sub(tf.sum(tf.square(this.embed[k]), 1)), 1) as tf.Tensor1D;
    });
  }

  private look(k: number, code: tf.Tensor1D): tf.Tensor2D {
    return tf.gather(this.embed[k] as tf.Tensor, code) as tf.Tensor2D;
  }

  private members(k: number, x: tf.Tensor2D): { counts: tf.Tensor1D; sums: tf.Tensor2D } {
    const chosen = tf.oneHot(this.nearest(k, x), this.entries).toFloat(); // [n, entries]
    return { counts: tf.sum(chosen, 0) as tf.Tensor1D, sums: tf.matMul(chosen, x, true) as tf.Tensor2D };
  }

  private draw(x: tf.Tensor2D, count: number): tf.Tensor2D {
    const rows = Int32Array.from({ length: count }, () => Math.floor(this.uniform() * x.shape[0]));
    return tf.gather(x, tf.tensor1d(rows, "int32"));
  }
}
