import { paper } from "./defaults";
import type { Gate } from "./gate";
import { decay } from "./smitin";

/**
 * SMITIN's gate: 1 - delta C while C is below the threshold, else off.
 * Its mirror image, `until: "absent"`, drives a trait away: 1 - delta (1 - C) while C is above the threshold, else off.
 * @throws RangeError unless delta is a number from 0
 */
export function selfMonitor(
  threshold: number,
  delta: number = paper.delta,
  { until = "present" }: { until?: "present" | "absent" } = {},
): Gate {
  if (!(delta >= 0 && Number.isFinite(delta))) {
    throw new RangeError(`delta: expected a number from 0, found ${delta}`);
  }
  const present = (monitor: number) => decay(monitor, threshold, delta);
  const absent = (monitor: number) => (monitor > threshold ? Math.max(0, 1 - delta * (1 - monitor)) : 0);
  const control = until === "absent" ? absent : present;
  return Object.assign(() => control, { data: { kind: "selfMonitor", threshold, delta, until } });
}

/** A gate that is always open: ITI's. */
export function always(): Gate {
  return Object.assign(() => () => 1, { data: { kind: "always" } });
}
