import type { Steer } from "../model/intervention";
import { bestHeadsOf } from "../probes/defaults";
import type { ProbeSet } from "../probes/probe";
import { always } from "./always";
import { type Alpha, alphaOf } from "./calibrated";
import { paper } from "./defaults";
import type { Direction, EstimateOptions } from "./estimator";
import { type Gate, levelOf } from "./gate";
import { asGate } from "./gates";
import { intervene } from "./intervene";
import { type Monitor, monitorOf, type Threshold } from "./monitor";
import { type PidOptions, pid } from "./pid";
import { type Channel, type Plan, vectors } from "./plan";
import { every, everyStep, type Schedule } from "./schedule";
import { asSchedule } from "./schedules";
import { type Selector, softWeights, topK } from "./selector";
import { selfMonitor } from "./selfMonitor";

/** A `steer` for `generate` that still shows the plan it follows. */
export type PlannedSteer = Steer & { plan: Plan };

/** What every method takes. */
interface CommonOptions extends EstimateOptions {
  /** strength, in standard deviations, up to 1000 */
  alpha?: number;
  direction?: Direction;
  /** which heads, instead of the method's own choice */
  selector?: Selector;
  /** when, instead of the method's own choice: a schedule, or one in words, as in "every(5) * fadeIn(2)" */
  schedule?: Schedule | string;
  /** "new": at new positions only; "start": in the prompt too */
  from?: "new" | "start";
}

/** What a method takes whose strength `calibrate` can find. */
type Calibrated<Options extends CommonOptions> = Omit<Options, "alpha"> & {
  /** strength, in standard deviations, up to 1000; "calibrated": what `calibrate` found with the method's own settings */
  alpha?: Alpha;
};

/** What every method takes that listens to its monitor. */
interface MonitoredOptions extends CommonOptions {
  /** only the K most accurate heads get their soft weight; "all" */
  topK?: number | "all";
  /** power of the soft weights; 3 */
  power?: number;
  /** how many heads the monitor watches; 16 */
  monitorHeads?: number;
  /** tau, or how to find it; "paper" */
  threshold?: Threshold;
  /** what the monitor reads: z before this layer's vector is added ("before"), or the sum */
  reads?: "before" | "after";
}

/** What SMITIN and its mirror image take. */
interface GatedOptions extends MonitoredOptions {
  /** steps from one intervention to the next; 5 */
  every?: number;
  /** how much of C is taken off the strength; 1 */
  delta?: number;
  /** a gate instead of SMITIN's own, or one in words, for the monitor's threshold, as in "pid(integral=1)" */
  gate?: Gate | string;
}

/**
 * Inference-time intervention (Li et al. 2023): alpha sigma theta added to z of the K most accurate heads, every step.
 * A negative alpha drives the trait away.
 * @param options topK = 16 (or all heads, when there are fewer), or "all"; alpha = 5, or "calibrated"; direction "probe"; with
 *   `monitor: true` the trace holds C(t), at the cost of reading z
 * @returns what `generate` takes as `steer`; the trace holds, a row each, steps and strengths
 * @throws RangeError or Error on impossible options; when generating, on another model than the probes'
 */
export function iti(
  probes: ProbeSet,
  options: Calibrated<CommonOptions> & { topK?: number | "all"; monitor?: boolean } = {},
): PlannedSteer {
  const { direction = "probe", schedule = everyStep() } = options;
  const alpha = alphaOf(probes, "iti", options.alpha);
  const { from = "new", monitor = false } = options;
  const heads = options.topK ?? bestHeadsOf(probes.heads.length);
  return steer({
    trait: probes.trait,
    model: probes.model,
    vectors: vectors(probes, alpha, options.selector ?? topK(heads), direction, options),
    schedule: asSchedule(schedule),
    gate: always(),
    monitor: monitor ? monitorOf(probes) : undefined,
    from,
  });
}

/**
 * SMITIN: soft weights over all heads, every 5th step, while the monitor does not yet see the trait.
 * At step t the strength follows from C(t - 1), since C needs z of every layer; at the first new step C is that of the
 * prompt's last position. The gate closes when the trait is there: to drive a trait away, use `suppress`.
 * @param options alpha = 5, or "calibrated"; every = 5, power = 3 of the weights, topK = "all", monitorHeads = 16, delta = 1,
 *   threshold "paper"; gate instead of SMITIN's own, as in `gate: pid({ target: 0.7 })` or `gate: "pid"`
 * @returns what `generate` takes as `steer`; the trace holds, a row each, C(t) and the strength at every step
 * @throws RangeError or Error on impossible options; when generating, on another model than the probes'
 */
export function smitin(probes: ProbeSet, options: Calibrated<GatedOptions> = {}): PlannedSteer {
  const { delta, schedule = every(options.every ?? paper.every) } = options;
  const alpha = alphaOf(probes, "smitin", options.alpha);
  const monitor = monitorOf(probes, { ...options, heads: options.monitorHeads });
  const gate = options.gate
    ? asGate(options.gate, { threshold: monitor.threshold, until: "present" })
    : selfMonitor(monitor.threshold, delta);
  return steer({
    ...weighted(probes, alpha, options),
    schedule: asSchedule(schedule),
    gate,
    monitor: beside(gate, monitor, options),
  });
}

/**
 * SMITIN's mirror image: drives the trait away, while the monitor still sees it. The vectors are turned round, and
 * the strength is 1 - delta (1 - C) while C is above the threshold.
 * @param options as for `smitin`; alpha = 5 is how strongly the trait is driven away. A threshold that is a number is a
 *   level of C; "paper" is 1 - tau: absence, of probability 1 - C, has to reach the tau that presence has to.
 * @throws RangeError or Error on impossible options, a negative alpha among them
 */
export function suppress(probes: ProbeSet, options: GatedOptions = {}): PlannedSteer {
  const { alpha = paper.alpha, delta, schedule = every(options.every ?? paper.every) } = options;
  const { threshold = "paper" } = options;
  if (!(alpha >= 0)) {
    throw new RangeError(`suppress: alpha: expected a number from 0 to 1000, found ${alpha}`);
  }
  const found = monitorOf(probes, { ...options, heads: options.monitorHeads });
  const monitor = { ...found, threshold: threshold === "paper" ? 1 - found.threshold : found.threshold };
  const aim = { threshold: monitor.threshold, until: "absent" as const };
  const gate = options.gate ? asGate(options.gate, aim) : selfMonitor(monitor.threshold, delta, aim);
  return steer({
    ...weighted(probes, -alpha, options),
    schedule: asSchedule(schedule),
    gate,
    monitor: beside(gate, monitor, options),
  });
}

/**
 * Feedback: soft weights over all heads, every step, and a PID controller that holds C at a target (`pid`; arXiv
 * 2606.18790). The trace's threshold is the target.
 * @param options as for `smitin`; target = the threshold ("paper" by default); gains and range of `pid`: with a range
 *   of [-1, 1] too much of the trait is pushed away again
 * @throws RangeError or Error on impossible options
 */
export function feedback(
  probes: ProbeSet,
  options: MonitoredOptions & Partial<PidOptions> = {},
): PlannedSteer {
  const { alpha = paper.alpha, schedule = everyStep() } = options;
  const found = monitorOf(probes, { ...options, heads: options.monitorHeads });
  const target = options.target ?? found.threshold;
  const gate = pid({ ...options, target });
  return steer({
    ...weighted(probes, alpha, options),
    schedule: asSchedule(schedule),
    gate,
    monitor: { ...found, threshold: target },
  });
}

/** Add nothing and record C(t): the trace to compare a steered take's with. */
export function monitorOnly(
  probes: ProbeSet,
  options: { monitorHeads?: number; threshold?: Threshold } = {},
): PlannedSteer {
  return steer({
    trait: probes.trait,
    model: probes.model,
    vectors: [],
    schedule: () => 0,
    gate: always(),
    monitor: monitorOf(probes, { heads: options.monitorHeads, threshold: options.threshold }),
    from: "new",
  });
}

/**
 * A method of one's own for one trait; one plan for every row of the batch. Where the gate says at which level of C it turns,
 * the trace's threshold is that level, whatever the monitor's.
 */
export function steer(channel: Channel): PlannedSteer {
  const { gate, monitor } = channel;
  const level = levelOf(gate);
  const isGates = monitor !== undefined && !Number.isNaN(level);
  const told = isGates ? { ...channel, monitor: { ...monitor, threshold: level } } : channel;
  return planned({ channels: [told], edits: [] });
}

/**
 * Several traits at once, each with its own strength, heads, schedule, gate and monitor, and heads taken out or patched:
 * `together(smitin(drums), suppress(piano), ablate(heads))`. Vectors on one head add up; heads are replaced before
 * anything is added. The trace holds every trait.
 * @throws Error without parts; when generating, on parts of another model
 */
export function together(...parts: PlannedSteer[]): PlannedSteer {
  if (parts.length === 0) throw new Error("together: expected at least one part, found none");
  return planned({
    channels: parts.flatMap(({ plan }) => plan.channels),
    edits: parts.flatMap(({ plan }) => plan.edits),
  });
}

/** One plan for every row of the batch; beside rows with other plans, one intervention for all of them. */
export function planned(plan: Plan): PlannedSteer {
  const run: Steer = (context) => intervene(new Array(context.rows).fill(plan), context);
  return Object.assign(run, { plan, byRows: steerRows as PlannedSteer["byRows"] });
}

/**
 * A plan a row, as one intervention: what `generateBatch` makes of rows that are steered in different ways.
 * @param rows what `iti`, `smitin`, `together`, `ablate` or their like returned; undefined leaves a row alone
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

/**
 * A monitor beside a gate of one's own: nobody knows where a gate turns that says no level, so that the paper's threshold is
 * not claimed for it.
 */
function beside(gate: Gate, monitor: Monitor, { threshold }: Pick<GatedOptions, "threshold">): Monitor {
  const isKnown = gate.data !== undefined || gate.threshold !== undefined || threshold !== undefined;
  return isKnown ? monitor : { ...monitor, threshold: Number.NaN };
}

/** What methods with soft weights have in common. */
function weighted(
  probes: ProbeSet,
  alpha: number,
  options: Omit<MonitoredOptions, "alpha">,
): Pick<Channel, "trait" | "model" | "vectors" | "from"> {
  const { direction = "probe", from = "new", power, selector = softWeights(power, options.topK) } = options;
  return {
    trait: probes.trait,
    model: probes.model,
    vectors: vectors(probes, alpha, selector, direction, options),
    from,
  };
}
