import type { SteeredModel } from "../model/intervention";
import type { PlannedSteer } from "../steering/methods";
import { decodePlan, encodePlan } from "../steering/planFormat";
import { diskFile } from "./folder";
import { writeAtomically } from "./writeAtomically";

/**
 * Write a plan file (safetensors, as `encodePlan` makes it), whole or not at all.
 * @param options.seconds how far the schedule reaches; 60
 * @throws as `encodePlan` does; errors of the file system
 */
export function savePlan(
  path: string,
  steer: PlannedSteer,
  model: SteeredModel,
  options: { seconds?: number } = {},
): void {
  writeAtomically(path, encodePlan(steer, model, options));
}

/**
 * The steering that a plan file holds, as `generate` takes it.
 * @throws Error naming the file, what was expected and what was found
 */
export function loadPlan(path: string): PlannedSteer {
  return decodePlan(diskFile(path));
}
