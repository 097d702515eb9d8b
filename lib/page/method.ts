import type { Strip } from "../live/strip";

export type Method = "none" | "iti" | "smitin" | "feedback";

/** What a strip does, in one word. */
export function methodOf({ on, method, gate }: Strip): Method {
  if (!on) return "none";
  return gate === "pid" ? "feedback" : method;
}

/** How far the slider goes, in standard deviations. */
export const furthest: Record<Method, number> = { none: 10, iti: 10, smitin: 40, feedback: 40 };
