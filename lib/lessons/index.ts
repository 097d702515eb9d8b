/** What the course's notebooks import beside the lab: exercises, their checks, and marks. */

export { attentionChecks } from "./attention";
export { exercise, gap, type Mark, marks, type Verdict, whenRight } from "./exercise";
export { probingChecks } from "./probing";
export { soundChecks } from "./sound";
export { transformerChecks } from "./transformer";
