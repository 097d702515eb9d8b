/** What plotly draws, as plain JSON: traces and a layout (plotly's own attribute names). */
export interface Figure {
  data: Trace[];
  layout: Layout;
}

/** One plotly trace: its type (plotly's default is "scatter") and any of that type's attributes. */
export interface Trace {
  type?: string;
  [attribute: string]: unknown;
}

/** Any of plotly's layout attributes; the lab's own figures give their size, so that a still and a page agree. */
export interface Layout {
  /** Pixels. Default: plotly's own, 700 x 450. */
  width?: number;
  height?: number;
  [attribute: string]: unknown;
}

/** Where a value lies with 95 % confidence: [low, high]. */
export type Interval = [low: number, high: number];
