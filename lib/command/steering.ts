import { loadProbes } from "../disk/probeFile";
import type { MusicGen } from "../model/musicgen";
import { headCount } from "../probes/probe";
import type { Alpha } from "../steering/calibrated";
import { iti, type PlannedSteer, smitin } from "../steering/methods";

/** How verbs are told to steer by a probe file. */
export interface SteeringFlags {
  method?: "smitin" | "iti";
  alpha?: Alpha;
  topKHeads?: number | "all";
  /** SMITIN's, in words. */
  gate?: string;
  schedule?: string;
}

/** @throws Error on a flag that says nothing without another one, `needed` */
export function checkSteering(
  { method, alpha, topKHeads, gate, schedule }: SteeringFlags,
  needed: string,
): void {
  const flags = {
    "--method": method,
    "--alpha": alpha,
    "--top-k-heads": topKHeads,
    "--gate": gate,
    "--schedule": schedule,
  };
  const lost = Object.entries(flags).find(([, value]) => value !== undefined);
  if (lost) throw new Error(`${lost[0]}: expected ${needed} with it, found none`);
}

/** Steering by a probe file. @throws Error naming the file when it is broken, another model's, or has fewer heads */
export function steerBy(
  model: MusicGen,
  path: string,
  { method, alpha, topKHeads: topK, gate, schedule }: SteeringFlags,
): PlannedSteer {
  const probes = loadProbes(path, model);
  if (topK !== undefined) headCount(topK, probes.heads.length, `${path}: --top-k-heads`);
  if (method !== "iti") return smitin(probes, { alpha, topK, gate, schedule });
  if (gate !== undefined) throw new Error(`--gate: expected --method smitin, which has one, found iti`);
  return iti(probes, { alpha, topK, schedule });
}
