import { paper } from "./defaults";
import type { Gate, GateKind } from "./gate";
import { decay } from "./smitin";

/**
 * SMITIN's gate: 1 - delta C while C is below the threshold, else off.
 * Its mirror image, `until: "absent"`, drives a trait away: 1 - delta (1 - C) while C is above the threshold, else off.
 * @throws RangeError unless the threshold is a number and delta a number from 0
 */
export function selfMonitor(
  threshold: number,
  delta: number = paper.delta,
  { until = "present" }: { until?: "present" | "absent" } = {},
): Gate {
  if (!Number.isFinite(threshold)) {
    throw new RangeError(`threshold: expected a number, found ${threshold}`);
  }
  if (!(delta >= 0 && Number.isFinite(delta))) {
    throw new RangeError(`delta: expected a number from 0, found ${delta}`);
  }
  const present = (monitor: number) => decay(monitor, threshold, delta);
  const absent = (monitor: number) => (monitor > threshold ? Math.max(0, 1 - delta * (1 - monitor)) : 0);
  const control = until === "absent" ? absent : present;
  return Object.assign(() => control, { data: { kind: "selfMonitor", threshold, delta, until } });
}

export const selfMonitorKind: GateKind = {
  label: "self-monitor",
  settings: ["delta"],
  make: ({ threshold, until }, { delta }) => selfMonitor(threshold, delta, { until }),
  read: ({ threshold, delta, until }) =>
    selfMonitor(Number(threshold), Number(delta), { until: until === "absent" ? "absent" : "present" }),
};
