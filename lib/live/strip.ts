import { bestHeadsOf } from "../probes/defaults";
import type { ProbeSet } from "../probes/probe";
import { fadeSeconds, paper } from "../steering/defaults";
import type { Gate } from "../steering/gate";
import { steer } from "../steering/methods";
import { monitorOf } from "../steering/monitor";
import { pid } from "../steering/pid";
import { type Channel, type Plan, vectors } from "../steering/plan";
import { every, everyStep, fadeIn, fadeOut, type Schedule, scheduleProduct } from "../steering/schedule";
import { byHand, type Selector, softWeights, topK } from "../steering/selector";
import { always, selfMonitor } from "../steering/selfMonitor";

/** How one trait is steered: a channel strip of the console. Plain data. */
export interface Strip {
  /** Muted strips add nothing; their monitor goes on. */
  on: boolean;
  /** "iti": the K best heads in full; "smitin": soft weights, of the K best heads or all */
  method: "iti" | "smitin";
  /** Strength in standard deviations; below 0 the trait is driven away. */
  alpha: number;
  topK: number | "all";
  /** Every so many steps. */
  every: number;
  shape: "steady" | "fadeIn" | "fadeOut";
  /** "always" open; "monitor": SMITIN's, open until C reaches the threshold; "pid": C is held at the threshold */
  gate: "always" | "monitor" | "pid";
  /** Of C(t), 0 to 1. */
  threshold: number;
  /** Heads by hand instead of the best: [layer, head]. */
  heads?: [layer: number, head: number][];
}

/** All strips, by trait. A new object at every change. */
export type Strips = Record<string, Strip>;

/** What `iti(probes)` and `smitin(probes)` do by default, as a strip. */
export function defaultStrip(probes: ProbeSet, method: Strip["method"] = "smitin"): Strip {
  const isIti = method === "iti";
  return {
    on: true,
    method,
    alpha: paper.alpha,
    topK: isIti ? bestHeadsOf(probes.heads.length) : "all",
    every: isIti ? 1 : paper.every,
    shape: "steady",
    gate: isIti ? "always" : "monitor",
    threshold: monitorOf(probes).threshold,
  };
}

/** In words. */
export function describeStrip({ on, method, alpha, topK, every, gate, threshold }: Strip): string {
  return `${on ? method : "off"}, alpha ${alpha}, K ${topK}, every ${every} steps, gate ${gate} at ${threshold.toFixed(2)}`;
}

/**
 * The strips as a plan that steers and monitors, by the lab's own methods: strips as `defaultStrip` has them steer bit for
 * bit as `together(iti(...), smitin(...))` does.
 * @throws RangeError or Error on impossible settings
 */
export function planOf(probes: Record<string, ProbeSet>, strips: Strips): Plan {
  return { channels: Object.entries(probes).map(([trait, set]) => channelOf(set, strips[trait])), edits: [] };
}

/** The same monitors, nothing steered. */
export function watching(probes: Record<string, ProbeSet>, strips: Strips): Plan {
  const off = Object.entries(strips).map(([trait, strip]) => [trait, { ...strip, on: false }]);
  return planOf(probes, Object.fromEntries(off));
}

function channelOf(probes: ProbeSet, strip: Strip): Channel {
  const { on, alpha, threshold } = strip;
  const monitor = { ...monitorOf(probes), threshold };
  const isOn = on && alpha !== 0;
  const { plan } = steer({
    trait: probes.trait,
    model: probes.model,
    vectors: isOn ? vectors(probes, alpha, selectorOf(probes, strip), "probe", {}) : [],
    schedule: isOn ? scheduleOf(strip) : () => 0,
    gate: isOn ? gateOf(strip) : always(),
    monitor,
    from: "new",
  });
  return plan.channels[0];
}

function selectorOf(probes: ProbeSet, { method, topK: k, heads }: Strip): Selector {
  if (!heads) return method === "iti" ? topK(k) : softWeights(paper.power, k);
  const places = heads.map(([layer, head]) => ({ layer, head }));
  if (method === "iti") return byHand(places);
  const soft = softWeights()(probes);
  const weightOf = ({ layer, head }: { layer: number; head: number }) =>
    soft[probes.heads.findIndex((probe) => probe.layer === layer && probe.head === head)];
  return byHand(places.map((place) => ({ ...place, weight: weightOf(place) })));
}

function scheduleOf({ every: s, shape }: Strip): Schedule {
  const steps = s === 1 ? everyStep() : every(s);
  if (shape === "fadeIn") return scheduleProduct(steps, fadeIn(fadeSeconds));
  if (shape === "fadeOut") return scheduleProduct(steps, fadeOut(0, fadeSeconds));
  return steps;
}

function gateOf({ gate, threshold, alpha }: Strip): Gate {
  switch (gate) {
    case "always":
      return always();
    case "monitor":
      return selfMonitor(threshold, paper.delta, { until: alpha < 0 ? "absent" : "present" });
    case "pid":
      // a negative alpha already points away: the error is turned round by the range
      return alpha < 0 ? turned(pid({ target: 1 - threshold })) : pid({ target: threshold });
  }
}

/** A gate that is shown 1 - C. */
function turned(gate: Gate): Gate {
  return (frameRate) => {
    const control = gate(frameRate);
    return (monitor) => control(1 - monitor);
  };
}
