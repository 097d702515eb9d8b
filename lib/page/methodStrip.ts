import type { Strip } from "../live/strip";
import { paper } from "../steering/defaults";
import type { TraitGrid } from "./example";
import type { Method } from "./method";

/** How hard each method pushes at first: what brings the trait in most takes on the bundled model. */
const first: Record<Method, number> = { none: 20, iti: 4, smitin: 30, feedback: 20 };

/** What a method does by default with a trait's probes: `defaultStrip`, with a strength that suits the bundled model. */
export function methodStrip({ threshold, accuracy, watched }: TraitGrid, method: Method): Strip {
  const isIti = method === "iti";
  return {
    on: method !== "none",
    method: isIti ? "iti" : "smitin",
    alpha: first[method],
    topK: isIti ? Math.min(watched.length, accuracy.length) : "all",
    every: isIti || method === "feedback" ? 1 : paper.every,
    shape: "steady",
    gate: isIti ? "always" : method === "feedback" ? "pid" : "monitor",
    threshold,
  };
}
