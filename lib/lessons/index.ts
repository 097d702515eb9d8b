/** What the course's notebooks import beside the lab: exercises, their checks, and marks. */

export { attentionChecks } from "./attention";
export { type CheckResult, exercise, gap, type Mark, marks, whenRight } from "./exercise";
export { probingChecks } from "./probing";
export { soundChecks } from "./sound";
export { type PushedHead, steeringChecks } from "./steering";
export { transformerChecks } from "./transformer";
