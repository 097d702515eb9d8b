import { existsSync, readFileSync } from "node:fs";
import { decodeProbes, encodeProbes } from "../probes/format";
import type { ModelIdentity, ProbeSet } from "../probes/probe";
import { encodeProbeTensors } from "../probes/tensorFormat";
import { writeAtomically } from "./writeAtomically";

/**
 * Write a probe file (JSON), whole or not at all.
 * @throws Error on a number that is not finite; errors of the file system
 */
export function saveProbes(path: string, probes: ProbeSet): void {
  writeAtomically(path, encodeProbes(probes));
}

/**
 * Read a probe file, every field checked.
 * @param model the probes must belong to, when given; steering checks it too
 * @throws Error naming the file, the field, what was expected and what was found
 */
export function loadProbes(path: string, model?: ModelIdentity): ProbeSet {
  if (!existsSync(path)) throw new Error(`${path}: expected a probe file, found nothing there`);
  return decodeProbes(readFileSync(path, "utf8"), path, model);
}

/** Write probes as safetensors, for use outside the lab (`encodeProbeTensors`), whole or not at all. */
export function saveProbeTensors(path: string, probes: ProbeSet): void {
  writeAtomically(path, encodeProbeTensors(probes));
}
