import type { Strips } from "../live/strip";
import type { Head } from "../steering/ablate";

/** How a take is steered from now on: a strip a trait, and heads that are muted. A new object at every change. */
export interface Hands {
  strips: Strips;
  muted: Head[];
}
