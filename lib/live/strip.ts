import { bestHeadsOf } from "../probes/defaults";
import type { ProbeSet } from "../probes/probe";
import { always } from "../steering/always";
import { paper } from "../steering/defaults";
import type { Gate } from "../steering/gate";
import { gateOf, gates } from "../steering/gates";
import { steer } from "../steering/methods";
import { monitorOf } from "../steering/monitor";
import { type Channel, type Plan, vectors } from "../steering/plan";
import { every, everyStep, type Schedule, scheduleProduct } from "../steering/schedule";
import { schedules } from "../steering/schedules";
import { byHand, type Selector, softWeights, topK } from "../steering/selector";

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
  /** "steady", or one of `schedules` that the console offers, such as "fadeIn". */
  shape: string;
  /** "monitor": SMITIN's, open until C reaches the threshold; else one of `gates`: "always", "pid" (holds C there) */
  gate: string;
  /** Of C(t), 0 to 1. */
  threshold: number;
  /** Heads by hand instead of the best: [layer, head]. */
  heads?: [layer: number, head: number][];
}

/** All strips, by trait. A new object at every change. */
export type Strips = Record<string, Strip>;

/** A choice that the console offers. */
export type StripChoice = [value: string, label: string];

const steady = "steady";

/** The schedules on offer now, besides every so many steps: also those that were added to the table meanwhile. */
export function shapeChoices(): StripChoice[] {
  const named = Object.entries(schedules).flatMap(([name, { console }]): StripChoice[] =>
    console ? [[name, console.label]] : [],
  );
  return [[steady, "steady"], ...named];
}

/** The gates on offer now. SMITIN's own is called "monitor" here, as in takes that people keep. */
export function gateChoices(): StripChoice[] {
  return Object.entries(gates).map(([name, { label }]) => [name === "selfMonitor" ? "monitor" : name, label]);
}

/** What `iti(probes)` and `smitin(probes)` do by default, as a strip. */
export function defaultStrip(probes: ProbeSet, method: Strip["method"] = "smitin"): Strip {
  const isIti = method === "iti";
  return {
    on: true,
    method,
    alpha: paper.alpha,
    topK: isIti ? bestHeadsOf(probes.heads.length) : "all",
    every: isIti ? 1 : paper.every,
    shape: steady,
    gate: isIti ? "always" : "monitor",
    threshold: monitorOf(probes).threshold,
  };
}

/** In words. */
export function describeStrip({ on, method, alpha, topK, heads, every, gate, threshold }: Strip): string {
  const chosen = heads ? `${heads.length} heads by hand` : `K ${topK}`;
  const steps = every === 1 ? "every step" : `every ${every} steps`;
  return `${on ? method : "off"}, alpha ${alpha}, ${chosen}, ${steps}, gate ${gate} at ${threshold.toFixed(2)}`;
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
    gate: isOn ? stripGate(strip) : always(),
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
  if (shape === steady) return steps;
  const kind = Object.hasOwn(schedules, shape) ? schedules[shape] : undefined;
  if (!kind?.console) {
    const known = shapeChoices()
      .map(([value]) => value)
      .join(", ");
    throw new RangeError(`schedule: expected one of ${known}, found "${shape}"`);
  }
  return scheduleProduct(steps, kind.make(...kind.console.numbers));
}

function stripGate({ gate, threshold, alpha }: Strip): Gate {
  const name = gate === "monitor" ? "selfMonitor" : gate;
  return gateOf(name, { threshold, until: alpha < 0 ? "absent" : "present" });
}
