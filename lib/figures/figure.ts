/** What plotly draws, as plain JSON: traces and a layout (plotly's own attribute names). */
export interface Figure {
  data: Trace[];
  layout: Layout;
}

/** One plotly trace: its type and any of that type's attributes. */
export interface Trace {
  type: "scatter" | "heatmap" | "bar";
  [attribute: string]: unknown;
}

/** Any of plotly's layout attributes; the size is always given, so that a still and a page agree. */
export interface Layout {
  width: number;
  height: number;
  [attribute: string]: unknown;
}

/** Where a value lies with 95 % confidence: [low, high]. */
export type Interval = [low: number, high: number];
