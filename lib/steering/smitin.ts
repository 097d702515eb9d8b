/**
 * SMITIN as the paper writes it (Koo et al., arXiv 2404.02252), a pure function for each of its formulas. For every head h of
 * layer l, with z the head's output before W_O, theta its probe's unit direction and sigma the spread of z along it:
 *
 *   w[l,h]   = ((acc[l,h] - acc_min) / (acc_max - acc_min))^3                          softWeight
 *   tau      = median(acc) - std(acc)                                                  paperThreshold
 *   C(t)     = median over the 16 best heads of P[l,h](t)                              monitored
 *   share(t) = 1 - delta C(t-1) at every s-th step while C(t-1) < tau, else 0          strength = due x decay
 *   z'       = z + alpha share(t) w sigma theta                                        push, pushed
 *
 * The rest of lib/steering is made of these: the selector of `softWeight`, the monitor of `probability`, `monitored` and
 * `paperThreshold`, the schedule of `due`, the gate of `decay`, a plan's vectors of `push`. What `generate` runs
 * (intervene.ts) does `pushed` for all heads and rows of a batch at once.
 */
import { median } from "../math/statistics";
import { sigmoid } from "../probes/logisticRegression";
import { paper } from "./defaults";

/**
 * w = ((acc - acc_min) / (acc_max - acc_min))^power: soft weights instead of ITI's hard choice of K heads.
 * @param range the least and the greatest accuracy of all heads of the model; 1 for everyone when they are one
 */
export function softWeight(
  accuracy: number,
  { min, max }: { min: number; max: number },
  power: number = paper.power,
): number {
  return max > min ? Math.max(0, (accuracy - min) / (max - min)) ** power : 1;
}

/** P = sigmoid(weight theta . z + bias): what a head's probe makes of its z (logistic regression). */
export function probability(
  { theta, weight, bias }: { theta: Float32Array; weight: number; bias: number },
  z: Float32Array,
): number {
  let along = 0;
  for (let d = 0; d < theta.length; d++) along += theta[d] * z[d];
  return sigmoid(weight * along + bias);
}

/** C(t) = median of P over the monitored heads, the 16 most accurate (self-monitoring). @param probabilities [heads] */
export function monitored(probabilities: ArrayLike<number>): number {
  return median(probabilities);
}

/** tau = median(acc) - std(acc), over all heads of the model (self-monitoring). */
export function paperThreshold(accuracies: { median: number; std: number }): number {
  return accuracies.median - accuracies.std;
}

/** 1 at the steps 0, s, 2 s, ..., else 0: sparse in time. */
export function due(step: number, s: number = paper.every): 0 | 1 {
  return step % s === 0 ? 1 : 0;
}

/** 1 - delta C while C < tau, and 0 from tau on (self-monitoring). Never below 0. */
export function decay(C: number, tau: number, delta: number = paper.delta): number {
  return C < tau ? Math.max(0, 1 - delta * C) : 0;
}

/**
 * Share of full strength at step t: `due` x `decay`.
 * @param C of the position before, C(t - 1): z of step t is still being made
 */
export function strength(
  step: number,
  C: number,
  tau: number,
  { every = paper.every, delta = paper.delta }: { every?: number; delta?: number } = {},
): number {
  return due(step, every) * decay(C, tau, delta);
}

/**
 * alpha w sigma theta: what a head gets at full strength, in SMITIN as in ITI, where w is 1 or 0.
 * @param factor alpha w
 * @param sigmaTheta [headDim]
 */
export function push(factor: number, sigmaTheta: Float32Array): Float32Array {
  return sigmaTheta.map((value) => factor * value);
}

/** z' = z + share alpha w sigma theta, before W_O. @param z [headDim] @param vector of `push` */
export function pushed(z: Float32Array, share: number, vector: Float32Array): Float32Array {
  return z.map((value, d) => value + share * vector[d]);
}
