import { bestHeadsOf } from "../probes/defaults";
import { headCount, type Probe, type ProbeSet, ranked } from "../probes/probe";
import { monitored, paperThreshold, probability } from "./smitin";

/** What a monitor needs of a head's probe. */
export type WatchedHead = Pick<Probe, "layer" | "head" | "theta" | "weight" | "bias">;

/** What watches: C(t) is the median, over these heads, of the probability their probes give to z(t). */
export interface Monitor {
  heads: WatchedHead[];
  threshold: number;
  /** z as the head made it, or with this layer's own vector already added to it */
  reads: "before" | "after";
}

/** "paper": median - standard deviation of all heads' accuracies. "calibrated": half-way between the training clips'. */
export type Threshold = number | "paper" | "calibrated";

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
    heads = bestHeadsOf(probes.heads.length),
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

/** A monitor at work on one row: layer by layer it is shown z of a position, and then knows C. */
export interface RunningMonitor {
  /** layers that hold monitored heads */
  layers: Set<number>;
  reads: "before" | "after";
  /** @param z of all heads of the layer at one position: [heads x headDim] */
  read(layer: number, z: Float32Array): void;
  /** C: the median of what was read last from every monitored head */
  value(): number;
}

export function runMonitor({ heads, reads }: Monitor): RunningMonitor {
  const probabilities = new Float64Array(heads.length);
  return {
    layers: new Set(heads.map(({ layer }) => layer)),
    reads,
    read(layer, z) {
      for (const [i, probe] of heads.entries()) {
        if (probe.layer !== layer) continue;
        const headDim = probe.theta.length;
        const own = z.subarray(probe.head * headDim, (probe.head + 1) * headDim);
        probabilities[i] = probability(probe, own);
      }
    },
    value: () => monitored(probabilities),
  };
}

function tau({ statistics, monitor }: ProbeSet, threshold: Threshold, heads: number): number {
  if (threshold === "paper") return paperThreshold(statistics);
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
