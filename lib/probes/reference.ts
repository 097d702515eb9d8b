/// <reference path="./ml-logistic-regression.d.ts" />
import LogisticRegression from "ml-logistic-regression";
import { Matrix } from "ml-matrix";
import type { Design } from "./designMatrix";
import type { Fits } from "./logisticRegression";

/**
 * The plain reference beside the Newton engine: ml-logistic-regression, gradient descent on the unpenalised loss.
 * It has neither bias (the design's constant column serves) nor L2; its steps here are as long as is safe: 1 / the
 * largest curvature the loss can have. About seconds a head at 1,600 clips: for teaching and for cross-checks.
 * Separable clips have no finite optimum without L2; there the result is where the last step stopped.
 */
export function fitReference(design: Design, steps = 2000): Fits {
  return {
    all: descend(design, 0, 0, steps),
    outside: Array.from({ length: design.starts.length - 1 }, (_, f) =>
      descend(design, design.starts[f], design.starts[f + 1], steps),
    ),
  };
}

/** Gradient descent on the clips outside [from, to): [width]. */
function descend(design: Design, from: number, to: number, steps: number): Float64Array {
  const { rows, targets, width, clips } = design;
  const kept = Array.from({ length: clips }, (_, n) => n).filter((n) => n < from || n >= to);
  const features = new Matrix(kept.map((n) => Array.from(rows.subarray(n * width, (n + 1) * width))));
  // The library numbers classifiers by class and trains number 0 on "not class 0": the probability of target 1.
  const model = new LogisticRegression({ numSteps: steps, learningRate: 1 / largestCurvature(features) });
  model.train(features, Matrix.columnVector(kept.map((n) => targets[n])));
  return Float64Array.from(model.classifiers[0].weights.to1DArray());
}

/** Largest eigenvalue of X^T X / 4, a little above: power iteration. */
function largestCurvature(features: Matrix): number {
  const gram = features.transpose().mmul(features).mul(0.25);
  let vector = Matrix.columnVector(Array.from({ length: gram.rows }, (_, i) => 1 + Math.cos(i)));
  let value = 0;
  for (let i = 0; i < 50; i++) {
    const next = gram.mmul(vector);
    value = next.norm("frobenius") / vector.norm("frobenius");
    vector = next.div(next.norm("frobenius"));
  }
  return 1.1 * value;
}
