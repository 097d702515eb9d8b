import { loadProbes } from "../disk/probeFile";
import type { MusicGen } from "../model/musicgen";
import { headCount } from "../probes/probe";
import { iti, type PlannedSteer, smitin } from "../steering/methods";

/** How verbs are told to steer by a probe file. */
export interface SteeringFlags {
  method?: "smitin" | "iti";
  alpha?: number;
  topKHeads?: number | "all";
}

/** @throws Error on a flag that says nothing without another one, `needed` */
export function checkSteering({ method, alpha, topKHeads }: SteeringFlags, needed: string): void {
  const flags = { "--method": method, "--alpha": alpha, "--top-k-heads": topKHeads };
  const lost = Object.entries(flags).find(([, value]) => value !== undefined);
  if (lost) throw new Error(`${lost[0]}: expected ${needed} with it, found none`);
}

/** Steering by a probe file. @throws Error naming the file when it is broken, another model's, or has fewer heads */
export function steerBy(
  model: MusicGen,
  path: string,
  { method, alpha, topKHeads: topK }: SteeringFlags,
): PlannedSteer {
  const probes = loadProbes(path, model);
  if (topK !== undefined) headCount(topK, probes.heads.length, `${path}: --top-k-heads`);
  return method === "iti" ? iti(probes, { alpha, topK }) : smitin(probes, { alpha, topK });
}
