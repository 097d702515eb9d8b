import type { ProbeSet } from "../probes/probe";
import type { Selector } from "../steering/selector";

/**
 * A method's settings as plain data, by which cells are named. What a function does counts: of one that has itself as data
 * (a gate, `byHand(heads)`) that data; of another selector, its weights on these probes. Other functions stay.
 */
export function plainSettings(settings: unknown, probes: ProbeSet): unknown {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return settings;
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (typeof value !== "function") return [name, value];
      const { data } = value as { data?: unknown };
      if (data !== undefined) return [name, data];
      return [name, name === "selector" ? { weights: [...(value as Selector)(probes)] } : value];
    }),
  );
}
