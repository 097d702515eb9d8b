import type { ProbeSet } from "../probes/probe";
import { monitorOf } from "../steering/monitor";
import type { TraitGrid } from "./example";

/** What the page shows of probes. */
export function gridOf(probes: ProbeSet): TraitGrid {
  const { heads, threshold } = monitorOf(probes);
  return {
    trait: probes.trait,
    accuracy: probes.heads.map(({ accuracy }) => short(accuracy)),
    low: probes.heads.map(({ interval }) => short(interval[0])),
    high: probes.heads.map(({ interval }) => short(interval[1])),
    threshold: short(threshold),
    watched: heads.map(({ layer, head }) => ({ layer, head })),
  };
}

function short(value: number): number {
  return Number(value.toFixed(3));
}
