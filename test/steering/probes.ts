import type { ProbeSet } from "../../lib/probes/probe";
import { makeProbes } from "../probes/make";
import { model } from "./play";

/** Probes by hand for `model`: accuracies as given, directions at random. */
export function handmade(accuracies = [0.5, 0.6, 0.8, 0.9], trait = "drums", seed = 9): ProbeSet {
  return makeProbes(model, {
    ...{ accuracies, trait, seed, margin: 0.1, weight: 2, bias: 0.25 },
    sigma: (i) => 0.5 + i,
    massMeanSigma: (i) => 0.25 + i,
    monitor: { heads: 4, with: 0.8, without: 0.3 },
  });
}
