import { channels, contrast, mixed, shades } from "./colour";
import type { Layout } from "./figure";
import { traitStyle } from "./traitStyle";

/** A colour on a light page and its counterpart on a dark one. */
export interface ColourPair {
  light: string;
  dark: string;
  /** One of those that series take in turn. */
  series?: true;
}

/**
 * Every colour of the lab's figures. Words stand out from their ground by 4.5, marks by 3, on both kinds of page. Methods have the
 * explorer's colours, and so have traits (`traitStyle`), in which other series are drawn too.
 */
export const pairs = {
  ink: { light: "#22262b", dark: "#e4e8ec" },
  quietInk: { light: "#5d6670", dark: "#a3adb7" },
  grid: { light: "#e6e9ec", dark: "#2c3238" },
  paper: { light: "#ffffff", dark: "#15181c" },
  prompt: { light: "#eef1f4", dark: "#21262c" },
  wave: { light: "#808b96", dark: "#7b8691" },
  buttons: { light: "#868f99", dark: "#78818b" },
  none: { light: "#6b7280", dark: "#9ca3af" },
  text: { light: "#a85c8f", dark: "#d391bd" },
  iti: { light: "#d55e00", dark: "#ff9e57" },
  smitin: { light: "#0072b2", dark: "#56b4e9" },
  band: { light: "#4d7a1f", dark: "#9cc96b" },
  drums: { ...traitStyle("drums"), series: true },
  piano: { ...traitStyle("piano"), series: true },
  guitar: { ...traitStyle("guitar"), series: true },
  bass: { ...traitStyle("bass"), series: true },
  own: { ...traitStyle(""), series: true },
} satisfies Record<string, ColourPair>;

/* In the code of figures all colours are the light page's; `onDark` turns a whole figure. */
export const ink = pairs.ink.light;
export const quietInk = pairs.quietInk.light;
export const gridLine = pairs.grid.light;
export const paper = pairs.paper.light;

/** Arial's metrics are what `still` measures text with; Liberation Sans and Arimo share them. */
export const fontFamily = "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif";

/** Colours of series that are no methods, in order. */
export const palette = Object.values(pairs).flatMap((pair: ColourPair) => (pair.series ? [pair.light] : []));

/** The colours that mean the same in every figure. */
export const meaning = {
  with: pairs.drums.light,
  without: pairs.none.light,
  threshold: pairs.ink.light,
  wave: pairs.wave.light,
  prompt: pairs.prompt.light,
};

/** One colour for each method, the same in every figure; others take the palette's in order. */
export const methodColours: Record<string, string> = {
  none: pairs.none.light,
  text: pairs.text.light,
  ITI: pairs.iti.light,
  SMITIN: pairs.smitin.light,
  band: pairs.band.light,
};

/** Perceptually uniform, from dark to light (matplotlib's viridis, 11 of its 256 colours). */
export const sequential: [number, string][] = scale([
  "#440154 #482475 #414487 #355f8d #2a788e #21918c #22a884 #44bf70 #7ad151 #bddf26 #fde725",
]);

/** Black or white, whichever is easier to read on a share of the sequential scale, from 0 to 1: by 4.5 at least. */
export function inkOnValue(share: number): string {
  const at = Math.max(0, Math.min(1, share)) * (sequential.length - 1);
  const low = Math.min(sequential.length - 2, Math.floor(at));
  const ground = mixed(sequential[low][1], sequential[low + 1][1], at - low);
  return contrast("#ffffff", ground) >= contrast("#000000", ground) ? "#ffffff" : "#000000";
}

/** Text in a cell of a heat map, which stays as it is on a dark page. */
export function onValue(text: string, share: number): string {
  return `<span style="color:${inkOnValue(share)}">${text}</span>`;
}

/** Perceptually uniform with a black start, for energy (matplotlib's magma, 11 of its 256 colours). */
export const energy: [number, string][] = scale([
  "#000004 #140e36 #3b0f70 #641a80 #8c2981 #b73779 #de4968 #f7705c #fe9f6d #fecf92 #fcfdbf",
]);

/** A layout with the theme's fonts, colours and margins and a title (a line below it is optional); `rest` on top. */
export function layout(
  title: string,
  subtitle: string,
  rest: { width: number; height: number; [attribute: string]: unknown },
): Layout {
  return {
    title: {
      text: title,
      subtitle: { text: subtitle, font: { size: 13, color: quietInk } },
      font: { size: 17, color: ink },
      x: 0,
      xref: "paper",
      xanchor: "left",
      y: 1,
      yref: "container",
      yanchor: "top",
      pad: { t: 14 },
    },
    font: { family: fontFamily, size: 13, color: ink },
    paper_bgcolor: paper,
    plot_bgcolor: paper,
    colorway: palette,
    margin: { ...margin },
    modebar: { orientation: "v", bgcolor: "rgba(255, 255, 255, 0)", color: pairs.buttons.light },
    hoverlabel: { font: { family: fontFamily, size: 13 } },
    ...rest,
  };
}

/** Pixels around the plot; the top holds the title, its second line and a legend. */
export const margin = { l: 68, r: 28, t: 92, b: 56 };

/** A legend in one row between the title and the plot, at the right. */
export const legend = {
  orientation: "h",
  traceorder: "normal",
  x: 1,
  xanchor: "right",
  y: 1,
  yanchor: "bottom",
  font: { size: 12, color: ink },
  bgcolor: "rgba(255, 255, 255, 0)",
};

/** An axis in the theme, with `rest` on top; `showgrid: false` and `showline: false` leave out grid and line with ticks. */
export function axis(title: string, rest: Record<string, unknown> = {}): Record<string, unknown> {
  const { showgrid = true, showline = true } = rest;
  return {
    title: { text: title, standoff: 8, font: { size: 13, color: ink } },
    tickfont: { size: 12, color: quietInk },
    zeroline: false,
    ...(showgrid === true && { gridcolor: gridLine }),
    ...(showline === true && { showline, linecolor: quietInk, linewidth: 1 }),
    ...(showline === true && { ticks: "outside", ticklen: 4, tickcolor: quietInk }),
    ...rest,
  };
}

/** The colour of a series: a method's own, else the palette's at its place. */
export function seriesColour(name: string, place: number): string {
  return methodColours[methodIn(name) ?? ""] ?? palette[place % palette.length];
}

/** One colour each for series side by side: shades of its method's for those of one method, the palette's for others. */
export function methodShades(names: string[]): string[] {
  const others = names.filter((name) => methodIn(name) === undefined);
  return names.map((name) => {
    const method = methodIn(name);
    if (method === undefined) return palette[others.indexOf(name) % palette.length];
    const same = names.filter((one) => methodIn(one) === method);
    return shades(methodColours[method], same.length)[same.indexOf(name)];
  });
}

/** The method that a series' name begins with, as in "SMITIN, alpha 5" or "smitin". */
function methodIn(name: string): string | undefined {
  if (/^(unsteered|without steering)\b/i.test(name)) return "none";
  return Object.keys(methodColours).find((method) => new RegExp(`^${method}\\b`, "i").test(name));
}

/** `#rrggbb` with an opacity, as plotly wants it for bands. */
export function translucent(colour: string, opacity: number): string {
  const [r, g, b] = channels(colour);
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

function scale([colours]: [string]): [number, string][] {
  const stops = colours.split(" ");
  return stops.map((colour, i) => [i / (stops.length - 1), colour]);
}
