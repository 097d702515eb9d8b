import type { SteeredModel } from "../model/intervention";
import type { PlannedSteer } from "../steering/methods";
import { encodePlan } from "../steering/planFormat";
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
