import type { Layout } from "./figure";

/**
 * One design for every figure: dark ink on a white card, so that it reads the same on a light and on a dark page.
 */
export const ink = "#22262b";
export const quietInk = "#5d6670";
export const gridLine = "#e6e9ec";
export const paper = "#ffffff";

/** Arial's metrics are what `still` measures text with; Liberation Sans and Arimo share them. */
export const fontFamily = "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif";

/**
 * Colours of series, in order; distinct under every common colour blindness.
 * Source: Okabe & Ito, "Color Universal Design", 2008; its yellow is left out as too light for lines.
 */
export const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/** The colours that mean the same in every figure. */
export const meaning = {
  with: "#d55e00",
  without: "#0072b2",
  monitor: "#0072b2",
  threshold: "#22262b",
  strength: "#d55e00",
  wave: "#8d98a3",
  prompt: "#eef1f4",
};

/** One colour for each method, the same in every figure; others take the palette's in order. */
export const methodColours: Record<string, string> = {
  none: "#6b7580",
  text: "#cc79a7",
  ITI: "#d55e00",
  SMITIN: "#0072b2",
  band: "#009e73",
};

/** Perceptually uniform, from dark to light (matplotlib's viridis, 11 of its 256 colours). */
export const sequential: [number, string][] = scale([
  "#440154 #482475 #414487 #355f8d #2a788e #21918c #22a884 #44bf70 #7ad151 #bddf26 #fde725",
]);

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
    modebar: { orientation: "v", bgcolor: "rgba(255, 255, 255, 0)", color: "#b3bac1" },
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
  return methodColours[name] ?? palette[place % palette.length];
}

/** `#rrggbb` with an opacity, as plotly wants it for bands. */
export function translucent(colour: string, opacity: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

function scale([colours]: [string]): [number, string][] {
  const stops = colours.split(" ");
  return stops.map((colour, i) => [i / (stops.length - 1), colour]);
}
