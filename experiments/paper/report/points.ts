import type { Interval } from "../../../lib/figures/figure";
import type { SettingResult } from "../shared/settings";

/** A point of `sweepLines`. */
export interface LinePoint {
  method: string;
  alpha: number | null;
  n: number;
  success: number;
  interval: Interval;
  coherence?: number;
  coherenceInterval?: Interval;
}

/** Settings as points of `sweepLines`. @param nameOf the line that a setting belongs to */
export function linePoints(
  settings: SettingResult[],
  nameOf: (setting: SettingResult) => string = ({ summary }) => summary.method,
): LinePoint[] {
  return settings.map((setting) => {
    const { alpha, n, success, interval, similarity, similarityInterval } = setting.summary;
    return {
      method: nameOf(setting),
      alpha,
      n,
      success: success ?? 0,
      interval: interval ?? [0, 1],
      ...(similarity !== null && { coherence: similarity }),
      ...(similarityInterval && { coherenceInterval: similarityInterval }),
    };
  });
}
