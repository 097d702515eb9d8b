import { tf } from "../../lib/engine";
import type { Muon } from "./muon";
import type { Parameters } from "./parameters";

export interface AdamWOptions {
  beta1?: number;
  beta2?: number;
  decay?: number;
  /** Gradients of a larger global norm are scaled down to it. */
  clip?: number;
  /** Takes over the hidden matrices, at the same rate and decay. */
  muon?: Muon;
}

/** AdamW (Loshchilov & Hutter 2019) on the flat parameter vector, with clipping of the global gradient norm. */
export class AdamW {
  step = 0;
  readonly mean: tf.Variable;
  readonly square: tf.Variable;
  private readonly mask: tf.Tensor1D;
  private readonly options: Required<Omit<AdamWOptions, "muon">>;
  private readonly muon?: { optimizer: Muon; mask: tf.Tensor1D };

  constructor(
    private readonly parameters: Parameters,
    { beta1 = 0.9, beta2 = 0.95, decay = 0, clip = 1, muon }: AdamWOptions = {},
  ) {
    this.options = { beta1, beta2, decay, clip };
    this.mean = tf.variable(tf.zeros([parameters.size]), false);
    this.square = tf.variable(tf.zeros([parameters.size]), false);
    this.mask = parameters.decayMask();
    if (muon) this.muon = { optimizer: muon, mask: tf.tidy(() => muon.mask().cast("bool")) };
  }

  /**
   * One update of the parameters by the gradient [size]; returns the gradient's norm before clipping.
   * @param only 1 for parameters that move, 0 for those that stay, Muon's among them: [size]; without it all move
   */
  update(gradient: tf.Tensor, rate: number, only?: tf.Tensor1D): tf.Scalar {
    this.step++;
    const { beta1, beta2, decay, clip } = this.options;
    return tf.tidy(() => {
      const moving = only ? gradient.mul(only) : gradient;
      const norm = tf.sqrt(tf.sum(tf.square(moving))) as tf.Scalar;
      const g = moving.mul(tf.minimum(1, tf.div(clip, norm.add(1e-6))));
      this.mean.assign(this.mean.mul(beta1).add(g.mul(1 - beta1)));
      this.square.assign(this.square.mul(beta2).add(tf.square(g).mul(1 - beta2)));
      const mean = this.mean.div(1 - beta1 ** this.step);
      const root = tf.sqrt(this.square.div(1 - beta2 ** this.step)).add(1e-8);
      const pull = this.parameters.flat.mul(this.mask).mul(decay);
      let move: tf.Tensor = mean.div(root);
      if (this.muon && !only) move = tf.where(this.muon.mask, this.muon.optimizer.direction(g), move);
      const step = move.add(pull).mul(rate);
      this.parameters.flat.assign(this.parameters.flat.sub(only ? step.mul(only) : step));
      return norm;
    });
  }
}
