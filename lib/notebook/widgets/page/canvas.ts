import { type Paint, sharpCanvas } from "./elements";
import { currentTheme } from "./theme";
import type { View } from "./view";

/** A canvas as wide as its place, sharp on every screen, drawn anew when size or theme change: `sharpCanvas` in a widget. */
export function canvas(view: View<object>, height: number, paint: Paint) {
  const { element, ask, end } = sharpCanvas({ class: "sm-canvas" }, height, paint);
  view.onEnd(end);
  return { element, ask };
}

/** The theme's colours where the element stands. */
export function colours(element: Element) {
  const style = getComputedStyle(element);
  const get = (name: string, otherwise: string) => style.getPropertyValue(`--sm-${name}`).trim() || otherwise;
  return {
    theme: currentTheme(),
    ink: get("ink", "#22262b"),
    quiet: get("quiet", "#5d6670"),
    line: get("line", "#d9dee3"),
    accent: get("accent", "#0072b2"),
    warm: get("warm", "#c25400"),
    wave: get("wave", "#7d8791"),
    shade: get("shade", "#eef1f4"),
    paper: get("paper", "#ffffff"),
  };
}
