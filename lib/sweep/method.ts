import type { HeadActivations } from "../probes/activations";
import { bestHeads } from "../probes/defaults";
import type { ProbeSet } from "../probes/probe";
import type { Direction } from "../steering/estimator";
import { iti, type PlannedSteer, smitin } from "../steering/methods";
import type { Schedule } from "../steering/schedule";

/** What a sweep varies, as a method gets it. */
export interface Choice {
  alpha: number;
  /** None for a method to which it makes no difference. */
  topK?: number | "all";
  direction: Direction;
  /** Without one, the method's own. */
  schedule?: Schedule;
  /** Of direction "random". */
  seed: number;
  activations?: HeadActivations;
}

/** A way of steering that a sweep can try. */
export interface SweepMethod {
  /** As in cells and figures. */
  name: string;
  /** K where the sweep names none; null for a method to which K makes no difference. */
  topK: number | "all" | null;
  /** What else it does differently from others of its name: it is part of every cell's key, as `plainSettings` has it. */
  settings?: unknown;
  steer(probes: ProbeSet, choice: Choice): PlannedSteer;
}

type Own<Options> = Omit<Options, keyof Choice>;

/**
 * ITI with other settings than its defaults, as in `itiMethod({ selector: byHand(heads) }, "one head")`.
 * @param settings with a selector, K makes no difference
 * @param name as in cells and figures
 */
export function itiMethod(
  settings: Own<NonNullable<Parameters<typeof iti>[1]>> = {},
  name = "iti",
): SweepMethod {
  return {
    name,
    topK: settings.selector ? null : bestHeads,
    settings,
    steer: (probes, choice) => iti(probes, { monitor: true, ...settings, ...choice }),
  };
}

/**
 * SMITIN with other settings than its defaults, as in `smitinMethod({ threshold: "calibrated", every: 1 }, "calibrated")`.
 * With a K, only the K most accurate heads get their soft weight; with a selector, K makes no difference.
 * @param name as in cells and figures
 */
export function smitinMethod(
  settings: Own<NonNullable<Parameters<typeof smitin>[1]>> = {},
  name = "smitin",
): SweepMethod {
  return {
    name,
    topK: settings.selector ? null : "all",
    settings,
    steer: (probes, choice) => smitin(probes, { ...settings, ...choice }),
  };
}
