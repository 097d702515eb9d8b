import type { ProbeSet } from "../probes/probe";
import { paper } from "./defaults";

/** Strength in standard deviations; "calibrated": the one that `calibrate` found for these probes and this method. */
export type Alpha = number | "calibrated";

/**
 * A method's strength.
 * @throws Error when the probes hold no calibration of the method, or one of another number of heads
 */
export function alphaOf(probes: ProbeSet, method: string, alpha: Alpha = paper.alpha): number {
  if (alpha !== "calibrated") return alpha;
  const { trait, calibration = {}, heads } = probes;
  const found = Object.hasOwn(calibration, method) ? calibration[method] : undefined;
  if (!found) {
    const there = Object.keys(calibration).join(", ") || "none";
    throw new Error(
      `alpha "calibrated": expected probes of ${trait} with a calibration of ${method} (calibrate, or smitin calibrate), found ${there}`,
    );
  }
  if (found.heads !== heads.length)
    throw new Error(
      `alpha "calibrated": was found with ${found.heads} heads, these probes of ${trait} have ${heads.length}: calibrate them`,
    );
  return found.alpha;
}
