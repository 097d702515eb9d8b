import type { Figure, Interval } from "./figure";
import { axis, ink, layout, margin, onValue, quietInk, sequential } from "./theme";

/** How well the probe of one head does, on clips it was not fitted to. */
export interface HeadScore {
  layer: number;
  head: number;
  /** Share of clips told right, 0 to 1. */
  accuracy: number;
  /** 95 % interval of the accuracy. */
  interval: Interval;
}

/** What is drawn of a probe set: a trait's scores, one a head. */
export interface HeadScores {
  trait: string;
  heads: HeadScore[];
  /** Of the model; without it the grid ends at the last head given. */
  shape?: { layers: number; heads: number };
}

/**
 * The accuracy of every head as a grid, layers upward and heads to the right, always on the scale from .5 (chance)
 * to 1; the best head is framed. Hovering shows layer, head, accuracy and interval. Heads without a probe stay empty.
 * (The paper's figure of probe accuracy.)
 * @throws Error when there is no head
 */
export function headGrid(scores: HeadScores, options: { title?: string } = {}): Figure {
  const { title = `Probe accuracy of every head: ${scores.trait}` } = options;
  const best = bestHead(scores);
  const { layers, heads } = scores.shape ?? extent(scores.heads);
  const accuracy = emptyGrid<number>(layers, heads);
  const interval = emptyGrid<string>(layers, heads);
  for (const score of scores.heads) {
    accuracy[score.layer][score.head] = round(score.accuracy, 4);
    interval[score.layer][score.head] = percentRange(score.interval);
  }
  const cell = Math.max(14, Math.min(44, 480 / Math.max(layers, heads)));
  const labelled = cell >= 30;
  return {
    data: [
      {
        type: "heatmap",
        z: accuracy, // [layers, heads]
        customdata: interval,
        zmin: 0.5,
        zmax: 1,
        colorscale: sequential,
        xgap: 1,
        ygap: 1,
        hoverongaps: false,
        hovertemplate: "layer %{y}, head %{x}<br>accuracy %{z:.1%} (95%: %{customdata})<extra></extra>",
        ...(labelled && {
          text: accuracy.map((row) => row.map((value) => (value === null ? "" : told(value)))),
          texttemplate: "%{text}",
          textfont: { size: 11 },
        }),
        colorbar: {
          tickformat: ".0%",
          tickvals: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
          tickfont: { size: 12, color: quietInk },
          thickness: 12,
          outlinewidth: 0,
          len: 1,
          xpad: 12,
        },
      },
    ],
    layout: layout(title, `best: ${describeHead(best)}`, {
      width: Math.round(Math.max(440, margin.l + 96 + cell * heads)),
      height: Math.round(Math.max(280, 76 + margin.b + cell * layers)),
      margin: { ...margin, t: 76, r: 96 },
      xaxis: axis("head", gridAxis(heads)),
      yaxis: axis("layer", gridAxis(layers)),
      shapes: [
        {
          type: "rect",
          x0: best.head - 0.5,
          x1: best.head + 0.5,
          y0: best.layer - 0.5,
          y1: best.layer + 0.5,
          line: { color: ink, width: 3 },
        },
      ],
    }),
  };
}

/** The head of highest accuracy; of equals the first. */
export function bestHead({ heads, trait }: HeadScores): HeadScore {
  if (heads.length === 0) throw new Error(`nothing to draw: there is no head with a probe for "${trait}"`);
  return heads.reduce((best, head) => (head.accuracy > best.accuracy ? head : best));
}

/** "layer 3, head 1, 94.3% (91.0–96.5%)". */
export function describeHead({ layer, head, accuracy, interval }: HeadScore): string {
  return `layer ${layer}, head ${head}, ${percent(accuracy)}% (${percentRange(interval)})`;
}

/** "91.0–96.5%". */
export function percentRange([low, high]: Interval): string {
  return `${percent(low)}–${percent(high)}%`;
}

/** In a cell. */
function told(accuracy: number): string {
  return onValue(`${Math.round(100 * accuracy)}%`, (accuracy - 0.5) / 0.5);
}

function extent(heads: HeadScore[]) {
  const last = (of: (head: HeadScore) => number) => heads.reduce((most, head) => Math.max(most, of(head)), 0);
  return { layers: last(({ layer }) => layer) + 1, heads: last(({ head }) => head) + 1 };
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function gridAxis(count: number) {
  return {
    range: [-0.5, count - 0.5],
    dtick: count <= 16 ? 1 : count <= 32 ? 2 : 4,
    tick0: 0,
    showgrid: false,
    showline: false,
    ticks: "",
  };
}

function emptyGrid<Value>(rows: number, columns: number): (Value | null)[][] {
  return Array.from({ length: rows }, () => new Array<Value | null>(columns).fill(null));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
