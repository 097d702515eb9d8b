import { type TraitStyle, traitStyle } from "../figures/traitStyle";

export { type TraitStyle, traitStyle };

/** Methods and traits have the same colours everywhere on the page. */
export const methodColours = {
  none: { light: "#6b7280", dark: "#9ca3af" },
  iti: { light: "#d55e00", dark: "#ff9e57" },
  smitin: { light: "#0072b2", dark: "#56b4e9" },
};

export function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function traitColour(trait: string): string {
  return traitStyle(trait)[isDark() ? "dark" : "light"];
}

export function methodColour(method: keyof typeof methodColours): string {
  return methodColours[method][isDark() ? "dark" : "light"];
}

/** A trait's mark, as SVG. */
export function traitMark(trait: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 12 12");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", paths[traitStyle(trait).shape]);
  path.setAttribute("style", `fill:light-dark(${traitStyle(trait).light}, ${traitStyle(trait).dark})`);
  svg.append(path);
  return svg;
}

const paths: Record<TraitStyle["shape"], string> = {
  circle: "M6 1a5 5 0 1 0 0 10a5 5 0 1 0 0-10z",
  square: "M1.5 1.5h9v9h-9z",
  triangle: "M6 1l5.5 10h-11z",
  diamond: "M6 0l6 6l-6 6l-6-6z",
  cross: "M4.5 1h3v3.500h3.500v3h-3.500v3.500h-3v-3.500h-3.500v-3h3.500z",
};
