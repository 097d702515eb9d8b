import type { ModelIdentity, ProbeSet } from "../probes/probe";
import { type Direction, type Estimate, estimate } from "./estimator";
import type { Gate, Monitor } from "./gate";
import type { Schedule } from "./schedule";
import type { Selector } from "./selector";

/** One row's steering: what is added to z, when, and how a monitor turns it down. Plain data and three functions. */
export interface Plan {
  model: ModelIdentity;
  /** alpha weight sigma theta of the heads that get anything */
  vectors: Estimate[];
  schedule: Schedule;
  gate: Gate;
  /** without one the gate is asked with C = 0, and the trace holds no C */
  monitor?: Monitor;
  /** first steered position: that of the first new frame, or the prompt's first */
  from: "new" | "start";
}

/**
 * alpha w sigma theta, head by head (ITI, equation 2; SMITIN, equation 5).
 * @param weights of the heads, in the order of `probes.heads`
 * @throws RangeError unless |alpha| <= 1000
 */
export function vectors(
  probes: ProbeSet,
  alpha: number,
  selector: Selector,
  direction: Direction,
  options: Parameters<typeof estimate>[2],
): Estimate[] {
  if (!(Math.abs(alpha) <= 1000)) {
    throw new RangeError(`alpha: expected a number from -1000 to 1000, found ${alpha}`);
  }
  const weights = selector(probes);
  return estimate(probes, direction, options)
    .map((head, i) => ({ ...head, vector: head.vector.map((value) => alpha * weights[i] * value) }))
    .filter(({ vector }) => vector.some((value) => value !== 0));
}
