import type { Strip, Strips } from "../live/strip";
import type { Head } from "../steering/ablate";
import type { TraitGrid } from "./example";
import { methodStrip } from "./methodStrip";

/** How a take is steered from now on: a strip a trait, and heads that are muted. A new object at every change. */
export interface Hands {
  strips: Strips;
  muted: Head[];
}

/** Every trait watched, none steered. */
export function offStrips(grids: Record<string, TraitGrid>): Strips {
  return Object.fromEntries(Object.entries(grids).map(([trait, grid]) => [trait, methodStrip(grid, "none")]));
}

export function withStrip({ strips, muted }: Hands, trait: string, settings: Partial<Strip>): Hands {
  return { muted, strips: { ...strips, [trait]: { ...strips[trait], ...settings } } };
}

/** Muted, or heard again. */
export function withMuteTurned(hands: Hands, head: Head): Hands {
  const others = hands.muted.filter((each) => !isSame(each, head));
  return { ...hands, muted: others.length < hands.muted.length ? others : [...others, head] };
}

/** All heads but one muted; none, if that is so already. */
export function withSoloTurned(
  hands: Hands,
  head: Head,
  { layers, heads }: { layers: number; heads: number },
): Hands {
  const all = Array.from({ length: layers * heads }, (_, index): Head => {
    return { layer: Math.floor(index / heads), head: index % heads };
  });
  const others = all.filter((each) => !isSame(each, head));
  const isAlone = hands.muted.length === others.length && !hands.muted.some((each) => isSame(each, head));
  return { ...hands, muted: isAlone ? [] : others };
}

/** A head steers a trait by hand, or no longer; without any the best ones do. */
export function withChoiceTurned(hands: Hands, trait: string, { layer, head }: Head): Hands {
  const now = hands.strips[trait]?.heads ?? [];
  const others = now.filter(([l, h]) => l !== layer || h !== head);
  const heads: [number, number][] = others.length < now.length ? others : [...others, [layer, head]];
  return withStrip(hands, trait, { heads: heads.length > 0 ? heads : undefined });
}

function isSame(a: Head, b: Head): boolean {
  return a.layer === b.layer && a.head === b.head;
}
