import { type Design, margins, weightedSum } from "./designMatrix";
import { cholesky, gram, solve } from "./hessian";

/**
 * L2-regularised logistic regression for one head and all its folds, by quasi-Newton steps.
 * The objective is scikit-learn's with C = 1 / l2:  l2 / 2 |w|^2 + sum log(1 + exp(-+margin)), bias not penalised.
 *
 * A Hessian costs headDim / 2 times what a gradient costs, so only two are made: at zero, and near the solution on all
 * clips, there fold by fold: the total minus a fold's share is the Hessian of the clips outside the fold. Limited-memory
 * BFGS updates (Nocedal & Wright, ch. 7) mend what is left, so that the gradient falls to its tolerance in a few steps.
 * The optimum is unique: where a fit starts leaves no trace in the result.
 */

/** What an engine returns: coefficients [width] on all clips and, a fold each, on the clips outside it. */
export interface Fits {
  all: Float64Array;
  outside: Float64Array[];
}

const tolerance = 1e-5; // largest entry of the gradient of the summed loss
const foldTolerance = 1e-3; // enough to predict held-out clips; scikit-learn's own is 1e-4 of the mean loss
const maximumSteps = 500;
const memory = 10;
const patience = 25; // steps before a Hessian is made anew: only separable clips with hardly any penalty get there

/**
 * Fit one head on all its clips and on the clips outside each fold.
 * @param l2 strength of the penalty, > 0
 * @throws Error when the gradient does not vanish (an absurdly small l2 on separable clips)
 */
export function fitLogisticRegression(design: Design, l2: number): Fits {
  const { width, starts } = design;
  const folds = starts.length - 1;
  const zero = new Float64Array(width);
  const whole = { design, l2, from: 0, to: 0 };
  const rough = descend(whole, zero, hessianRoot(whole, zero), { share: 1e-2, tolerance });
  const roots = curvature(design, rough);
  const parts = Array.from({ length: folds }, (_, f) => gram(design, roots, starts[f], starts[f + 1]));
  const hessian = parts.reduce((sum, part) => moved(sum, part, -1));
  const all = descend(whole, rough, cholesky(hessian, width, l2), { share: 0, tolerance });
  const outside = parts.map((part, f) => {
    const rest = cholesky(moved(hessian, part, 1), width, l2);
    const problem = { design, l2, from: starts[f], to: starts[f + 1] };
    return descend(problem, all, rest, { share: 0, tolerance: foldTolerance });
  });
  return { all, outside };
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** The penalised loss over the clips outside [from, to). */
interface Problem {
  design: Design;
  l2: number;
  from: number;
  to: number;
}

/**
 * Minimise from `start`, with `root` the root of a Hessian nearby. Stops when the gradient's largest entry has fallen to
 * the tolerance, or to a share of what it was.
 */
function descend(
  problem: Problem,
  start: Float64Array,
  root: Float64Array,
  { share, tolerance }: { share: number; tolerance: number },
): Float64Array {
  const { width } = problem.design;
  const pairs: { move: Float64Array; change: Float64Array; product: number }[] = [];
  let here = start;
  let at = evaluate(problem, here);
  const target = Math.max(tolerance, share * at.largest);
  for (let step = 0; step < maximumSteps; step++) {
    if (at.largest <= target) return here;
    if (step > 0 && step % patience === 0) {
      root = hessianRoot(problem, here);
      pairs.length = 0;
    }
    const direction = at.gradient.slice();
    const shares: number[] = [];
    for (let i = pairs.length - 1; i >= 0; i--) {
      shares[i] = dot(pairs[i].move, direction) / pairs[i].product;
      add(direction, pairs[i].change, -shares[i]);
    }
    solve(root, direction, width);
    pairs.forEach((pair, i) => {
      add(direction, pair.move, shares[i] - dot(pair.change, direction) / pair.product);
    });
    const slope = dot(direction, at.gradient);
    let length = 1;
    let next = moved(here, direction, length);
    let then = evaluate(problem, next);
    while (then.loss > at.loss - 1e-4 * length * slope + 1e-12 * at.loss && length > 1e-8) {
      length /= 2;
      next = moved(here, direction, length);
      then = evaluate(problem, next);
    }
    const move = moved(next, here, 1);
    const change = moved(then.gradient, at.gradient, 1);
    const product = dot(move, change);
    if (product > 0) pairs.push({ move, change, product });
    if (pairs.length > memory) pairs.shift();
    here = next;
    at = then;
  }
  throw new Error(
    `the logistic regression did not converge: gradient ${at.largest} after ${maximumSteps} steps`,
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] += times * what[i];
}

/** a - length b, a new vector. */
function moved(a: Float64Array, b: Float64Array, length: number): Float64Array {
  const out = a.slice();
  add(out, b, -length);
  return out;
}

/** Loss, gradient [width] and the gradient's largest entry. */
function evaluate({ design, l2, from, to }: Problem, coefficients: Float64Array) {
  const { targets, width, clips } = design;
  const residuals = margins(design, coefficients); // [clips], overwritten in place
  let loss = 0;
  let product = 1; // of 1 + exp(-|margin|) <= 2: one logarithm serves many clips
  for (let n = 0; n < clips; n++) {
    if (n >= from && n < to) {
      residuals[n] = 0;
      continue;
    }
    const value = residuals[n];
    const small = Math.exp(-Math.abs(value));
    product *= 1 + small;
    if (product > 1e200) {
      loss += Math.log(product);
      product = 1;
    }
    loss += Math.max(value, 0) - targets[n] * value;
    residuals[n] = (value >= 0 ? 1 : small) / (1 + small) - targets[n];
  }
  loss += Math.log(product);
  const gradient = weightedSum(design, residuals);
  let largest = 0;
  for (let j = 0; j < width; j++) {
    if (j < width - 1) {
      loss += (l2 / 2) * coefficients[j] * coefficients[j];
      gradient[j] += l2 * coefficients[j];
    }
    largest = Math.max(largest, Math.abs(gradient[j]));
  }
  return { loss, gradient, largest };
}

/** Root of the exact Hessian at some coefficients. */
function hessianRoot({ design, l2, from, to }: Problem, coefficients: Float64Array): Float64Array {
  const roots = curvature(design, coefficients);
  const hessian = moved(gram(design, roots, 0, from), gram(design, roots, to, design.clips), -1);
  return cholesky(hessian, design.width, l2);
}

/** sqrt(p (1 - p)) of every clip: [clips]. */
function curvature(design: Design, coefficients: Float64Array): Float64Array {
  return margins(design, coefficients).map((value) => {
    const small = Math.exp(-Math.abs(value));
    return Math.sqrt(small) / (1 + small);
  });
}
