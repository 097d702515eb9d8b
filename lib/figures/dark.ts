import { channels, contrast, fromLinear, hexOf, luminance, toLinear, weigh } from "./colour";
import type { Figure } from "./figure";
import { pairs } from "./theme";

/*
 * Figures are made in the colours of a light page. On a dark one each colour has its counterpart: that of the theme's pairs, else
 * the colour of the same hue that stands out from the dark ground as much as this one does from white.
 */

/** Of the theme. */
const counterparts = new Map<string, string>(Object.values(pairs).map(({ light, dark }) => [light, dark]));

/** Every colour of a figure and its counterpart on a dark page, as the figure writes them; scales of values stay. */
export function darkColours(figure: Figure): Record<string, string> {
  const found = new Set<string>();
  walk([figure.data, figure.layout], "", (colour) => {
    found.add(colour);
    return colour;
  });
  const known = [...found].map((colour) => [colour, darkColour(colour)]);
  return Object.fromEntries(known.filter(([light, dark]) => light !== dark));
}

/** The colours that plotly gives series in turn where a figure says nothing. */
const plotlySeries = "#1f77b4 #ff7f0e #2ca02c #d62728 #9467bd #8c564b #e377c2 #7f7f7f #bcbd22 #17becf".split(
  " ",
);

/** What plotly would leave dark on dark where a figure says nothing. */
export const darkTemplate = {
  layout: {
    font: { color: pairs.ink.dark },
    paper_bgcolor: pairs.paper.dark,
    plot_bgcolor: pairs.paper.dark,
    colorway: plotlySeries.map(darkColour),
    xaxis: axis(),
    yaxis: axis(),
  },
};

/** The figure as a dark page shows it: what `drawScript` draws there. */
export function onDark({ data, layout }: Figure): Figure {
  const colours = darkColours({ data, layout });
  const to = (colour: string) => colours[colour] ?? colour;
  return walk({ data, layout: { template: darkTemplate, ...layout } }, "", to) as Figure;
}

/** The counterpart on a dark page of `#rgb`, `#rrggbb`, `rgb()` or `rgba()`; of other notations themselves. */
export function darkColour(colour: string): string {
  const parsed = parse(colour);
  if (!parsed) return colour;
  const { hex, alpha } = parsed;
  const [r, g, b] = channels(counterparts.get(hex) ?? standingOutAlike(hex));
  return alpha === undefined ? hexOf([r, g, b]) : `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

function axis() {
  const { ink, grid } = pairs;
  return { gridcolor: grid.dark, zerolinecolor: grid.dark, linecolor: ink.dark, tickcolor: ink.dark };
}

/** Change every string that is a colour: of attributes whose names say so, but for scales of values. */
function walk(value: unknown, name: string, change: (colour: string) => string): unknown {
  if (typeof value === "string") return /color(?!scale)/i.test(name) ? change(value) : value;
  if (Array.isArray(value)) return value.map((item) => walk(item, name, change));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, key, change)]));
}

/** The colour of the same hue with the luminance that has, on the dark ground, the contrast that this one has on white. */
function standingOutAlike(hex: string): string {
  const ground = luminance(pairs.paper.dark);
  const wanted = Math.min(1, contrast(hex, "#ffffff") * (ground + 0.05) - 0.05);
  const linear = channels(hex).map(toLinear);
  const own = weigh(linear);
  const most = Math.max(...linear);
  const grown = own === 0 ? linear : linear.map((value) => value * Math.min(wanted / own, 1 / most));
  const missing = (wanted - weigh(grown)) / (1 - weigh(grown) || 1);
  const mixed = grown.map((value) => value + (1 - value) * Math.max(0, missing));
  return hexOf(mixed.map((value) => Math.round(fromLinear(value))));
}

function parse(colour: string): { hex: string; alpha?: string } | undefined {
  const text = colour.trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(text)) return { hex: text };
  if (/^#[0-9a-f]{3}$/.test(text)) return { hex: text.replace(/[0-9a-f]/g, "$&$&") };
  const [, r, g, b, alpha] =
    /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?\s*\)$/.exec(text) ?? [];
  if (r === undefined) return undefined;
  return { hex: hexOf([r, g, b].map(Number)), alpha };
}
