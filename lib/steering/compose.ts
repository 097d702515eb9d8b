import type { Steer } from "../model/intervention";
import type { HeadActivations } from "../probes/activations";
import type { ProbeSet } from "../probes/probe";
import { intervene } from "./compile";
import type { Direction } from "./estimator";
import { always, monitorOf, selfMonitor, type Threshold } from "./gate";
import { type Plan, vectors } from "./plan";
import { every, everyStep, type Schedule } from "./schedule";
import { type Selector, softWeights, topK } from "./selector";

/** A `steer` for `generate` that still shows the plan it follows. */
export type PlannedSteer = Steer & { plan: Plan };

interface CommonOptions {
  /** strength, in standard deviations; from -1000 to 1000, negative drives the trait away */
  alpha?: number;
  direction?: Direction;
  /** which heads, instead of the method's own choice */
  selector?: Selector;
  /** when, instead of the method's own choice */
  schedule?: Schedule;
  /** "new": at new positions only; "start": in the prompt too */
  from?: "new" | "start";
  /** of direction "random" */
  seed?: number;
  /** clips for directions "principal" and "random" */
  activations?: HeadActivations;
}

/**
 * Inference-time intervention (Li et al. 2023): alpha sigma theta added to z of the K most accurate heads, every step.
 * @param options topK = 16 (or all heads, when there are fewer), or "all"; alpha = 5; direction "probe"; with
 *   `monitor: true` the trace holds C(t), at the cost of reading z
 * @returns what `generate` takes as `steer`; the trace holds, a row each, steps and strengths
 * @throws RangeError or Error on impossible options; when generating, on another model than the probes'
 */
export function iti(
  probes: ProbeSet,
  options: CommonOptions & { topK?: number | "all"; monitor?: boolean } = {},
): PlannedSteer {
  const { alpha = 5, direction = "probe", schedule = everyStep(), from = "new", monitor = false } = options;
  const heads = options.topK ?? Math.min(16, probes.heads.length);
  return steer({
    model: probes.model,
    vectors: vectors(probes, alpha, options.selector ?? topK(heads), direction, options),
    schedule,
    gate: always(),
    monitor: monitor ? monitorOf(probes) : undefined,
    from,
  });
}

/**
 * SMITIN: soft weights over all heads, every 5th step, while the monitor does not yet see the trait.
 * At step t the strength follows from C(t - 1), since C needs z of every layer; at the first new step C is that of the
 * prompt's last position. C reads z before this layer's vector is added (`reads: "after"` for the sum).
 * The gate closes when the trait is there: to drive a trait away (alpha < 0), use `iti`, or a threshold above 1.
 * @param options alpha = 5, every = 5, power = 3 of the weights, monitorHeads = 16, delta = 1, threshold "paper"
 * @returns what `generate` takes as `steer`; the trace holds, a row each, C(t) and the strength at every step
 * @throws RangeError or Error on impossible options; when generating, on another model than the probes'
 */
export function smitin(
  probes: ProbeSet,
  options: CommonOptions & {
    every?: number;
    power?: number;
    monitorHeads?: number;
    delta?: number;
    threshold?: Threshold;
    reads?: "before" | "after";
  } = {},
): PlannedSteer {
  const { alpha = 5, direction = "probe", from = "new", power = 3, delta = 1, threshold, reads } = options;
  const monitor = monitorOf(probes, { heads: options.monitorHeads, threshold, reads });
  return steer({
    model: probes.model,
    vectors: vectors(probes, alpha, options.selector ?? softWeights(power), direction, options),
    schedule: options.schedule ?? every(options.every ?? 5),
    gate: selfMonitor(monitor.threshold, delta),
    monitor,
    from,
  });
}

/** Add nothing and record C(t): the trace to compare a steered take's with. */
export function watch(
  probes: ProbeSet,
  options: { monitorHeads?: number; threshold?: Threshold } = {},
): PlannedSteer {
  return steer({
    model: probes.model,
    vectors: [],
    schedule: () => 0,
    gate: always(),
    monitor: monitorOf(probes, { heads: options.monitorHeads, threshold: options.threshold }),
    from: "new",
  });
}

/** One plan for every row of the batch. */
export function steer(plan: Plan): PlannedSteer {
  const run: Steer = (context) => intervene(new Array(context.rows).fill(plan), context);
  return Object.assign(run, { plan });
}

/**
 * A plan a row: what makes a sweep one batch.
 * @param rows what `iti`, `smitin`, `watch` or `steer` returned; undefined leaves a row alone
 * @throws Error, when generating, unless the batch has as many rows
 */
export function steerRows(rows: (PlannedSteer | undefined)[]): Steer {
  return (context) => {
    if (context.rows !== rows.length) {
      throw new Error(`steerRows: expected a batch of ${rows.length} rows, found ${context.rows}`);
    }
    return intervene(
      rows.map((row) => row?.plan),
      context,
    );
  };
}
