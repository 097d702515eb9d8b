import { headCount, type Probe, type ProbeSet, ranked } from "../probes/probe";

/** Turns the intervention up and down by what the monitor saw last: C in [0, 1] -> share of full strength. */
export type Control = (monitor: number) => number;

/**
 * Makes the control of one row of one take, so that a control may remember what it saw. It is asked once at every
 * position, in order, also where the schedule is off (a prompt steered from its start is one position, with C = 0).
 */
export interface Gate {
  /** @param frameRate positions a second */
  (frameRate: number): Control;
  /** the same as plain data, where it can be: what a plan file needs (`encodePlan`) */
  data?: GateData;
}

/** A gate that is not a function: "present" closes above the threshold, "absent" below it (see `selfMonitor`). */
export type GateData =
  | { kind: "always" }
  | { kind: "selfMonitor"; threshold: number; delta: number; until: "present" | "absent" };

/** What watches: C(t) is the median, over these heads, of the probability their probes give to z(t). */
export interface Monitor {
  heads: Probe[];
  threshold: number;
  /** z as the head made it, or with this layer's own vector already added to it */
  reads: "before" | "after";
}

/** "paper": median - standard deviation of all heads' accuracies. "calibrated": half-way between the training clips'. */
export type Threshold = number | "paper" | "calibrated";

export function always(): Gate {
  return Object.assign(() => () => 1, { data: { kind: "always" } as const });
}

/**
 * SMITIN's gate: 1 - delta C while C is below the threshold, else off.
 * Its mirror image, `until: "absent"`, drives a trait away: 1 - delta (1 - C) while C is above the threshold, else off.
 * @throws RangeError unless delta is a number from 0
 */
export function selfMonitor(
  threshold: number,
  delta = 1,
  { until = "present" }: { until?: "present" | "absent" } = {},
): Gate {
  if (!(delta >= 0 && Number.isFinite(delta))) {
    throw new RangeError(`delta: expected a number from 0, found ${delta}`);
  }
  const present = (monitor: number) => (monitor < threshold ? Math.max(0, 1 - delta * monitor) : 0);
  const absent = (monitor: number) => (monitor > threshold ? Math.max(0, 1 - delta * (1 - monitor)) : 0);
  const control = until === "absent" ? absent : present;
  return Object.assign(() => control, { data: { kind: "selfMonitor", threshold, delta, until } as const });
}

/**
 * The monitor of a probe set.
 * @param heads how many of the most accurate heads it watches; 16, or all there are when there are fewer
 * @param threshold tau, or how to find it. The paper's is a property of accuracies, not of C: on some models it hardly
 *   ever switches off; "calibrated" is half-way between the mean C of training clips with and without the trait.
 * @throws RangeError on an impossible number of heads or threshold; Error when "calibrated" was measured on other heads
 */
export function monitorOf(
  probes: ProbeSet,
  {
    heads = Math.min(16, probes.heads.length),
    threshold = "paper",
    reads = "before",
  }: { heads?: number; threshold?: Threshold; reads?: "before" | "after" } = {},
): Monitor {
  const count = headCount(heads, probes.heads.length, "monitorHeads");
  if (reads !== "before" && reads !== "after") {
    throw new RangeError(`reads: expected "before" or "after", found "${reads as string}"`);
  }
  return { heads: ranked(probes.heads).slice(0, count), threshold: tau(probes, threshold, count), reads };
}

function tau({ statistics, monitor }: ProbeSet, threshold: Threshold, heads: number): number {
  if (threshold === "paper") return statistics.median - statistics.std;
  if (threshold === "calibrated") {
    if (monitor.heads !== heads) {
      throw new Error(
        `threshold "calibrated" was measured on the ${monitor.heads} best heads, the monitor watches ${heads}: train with monitorHeads ${heads}`,
      );
    }
    return (monitor.with + monitor.without) / 2;
  }
  if (!Number.isFinite(threshold)) {
    throw new RangeError(`threshold: expected a number, "paper" or "calibrated", found ${threshold}`);
  }
  return threshold;
}
