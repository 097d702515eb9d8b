import type { MusicGen } from "../model/musicgen";
import type { Calibration } from "../probes/calibration";
import type { ProbeSet } from "../probes/probe";
import { calibrate as calibrateBy, type CalibrateOptions as OptionsOfCore } from "../sweep/calibrate";
import type { SweepJudge } from "../sweep/measure";
import { loadJudge } from "./loadJudge";

export interface CalibrateOptions extends Omit<OptionsOfCore, "judge"> {
  /** Decides about success; null: the probes do. Default: the bundled judge where it knows the trait, else the probes. */
  judge?: SweepJudge | null;
}

/** `calibrate` of lib/sweep, by the bundled judge where it knows the trait. @throws as it does */
export async function calibrate(
  model: MusicGen,
  probes: ProbeSet,
  { judge: asked, ...options }: CalibrateOptions = {},
): Promise<Calibration> {
  if (asked !== undefined) return calibrateBy(model, probes, { ...options, judge: asked ?? undefined });
  const bundled = await loadJudge();
  try {
    const judge = bundled.traits.includes(probes.trait) ? bundled : undefined;
    return await calibrateBy(model, probes, { ...options, judge });
  } finally {
    bundled.dispose();
  }
}
