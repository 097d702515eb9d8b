import { h } from "./elements";
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
  if (typeof MutationObserver === "function") {
    const theme = new MutationObserver(ask);
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
    view.onEnd(() => theme.disconnect());
  }
  return { element, ask };
}

/** The theme's colours where the element stands. */
export function colours(element: Element) {
  const style = getComputedStyle(element);
  const get = (name: string, otherwise: string) => style.getPropertyValue(`--sm-${name}`).trim() || otherwise;
  return {
    ink: get("ink", "#22262b"),
    quiet: get("quiet", "#5d6670"),
    line: get("line", "#e6e9ec"),
    accent: get("accent", "#0072b2"),
    warm: get("warm", "#d55e00"),
    wave: get("wave", "#8d98a3"),
    shade: get("shade", "#eef1f4"),
  };
}
