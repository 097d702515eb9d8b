import { h } from "./elements";
import { currentTheme, followTheme } from "./theme";
import type { View } from "./view";

/** A canvas as wide as its place, sharp on every screen, drawn anew when the theme changes; `paint` draws in CSS pixels. */
export function canvas(
  view: View<object>,
  height: number,
  paint: (context: CanvasRenderingContext2D, width: number, height: number) => void,
) {
  const element = h("canvas", { style: `width:100%;height:${height}px`, class: "sm-canvas" });
  let isAsked = false;
  const draw = () => {
    isAsked = false;
    const context = element.getContext("2d");
    const width = element.clientWidth;
    if (!context || width === 0) return;
    const scale = window.devicePixelRatio || 1;
    if (element.width !== Math.round(width * scale)) element.width = Math.round(width * scale);
    if (element.height !== Math.round(height * scale)) element.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    paint(context, width, height);
  };
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    (window.requestAnimationFrame ?? ((then: () => void) => setTimeout(then, 16)))(draw);
  };
  if (typeof ResizeObserver === "function") {
    const observer = new ResizeObserver(ask);
    observer.observe(element);
    view.onEnd(() => observer.disconnect());
  }
  view.onEnd(followTheme(ask));
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
