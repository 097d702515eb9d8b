import type { Figure, Trace } from "./figure";
import { percentRange } from "./headGrid";
import {
  coherenceRange,
  countOf,
  haveCoherence,
  pointsOf,
  type SummedSweep,
  type SweepFigureOptions,
  type SweepPoint,
  type SweepSeries,
  seriesOf,
  takesOf,
} from "./sweepSeries";
import { axis, ink, layout, margin, onValue, quietInk, sequential } from "./theme";

/** One panel: a number for each line of a sweep and each alpha. */
interface Panel {
  name: string;
  of: (point: SweepPoint) => number | undefined;
  interval: (point: SweepPoint) => string;
  /** plotly's, and the same in a cell. */
  format: string;
  write: (value: number) => string;
  scale: { zmin?: number; zmax?: number };
}

const cellHeight = 34;

/**
 * Alpha against the number of heads (and method, direction, schedule, where points differ in them), as a heat map of
 * success and, when the points have it, one of coherence beside it: the trade-off at a glance. The reference stands at
 * alpha 0 in every line. Cells that were not tried stay empty.
 * @param sweep what `sweepSteering` gave, or points
 * @throws Error when there are no points with an alpha, or nobody judged them
 */
export function sweepMap(sweep: SweepPoint[] | SummedSweep, options: SweepFigureOptions = {}): Figure {
  const { title = "Steering: alpha against heads", coherence = "similarity to the prompt" } = options;
  const points = pointsOf(sweep);
  const all = seriesOf(points);
  const lines = all.filter(({ isReference }) => !isReference).reverse(); // plotly draws upward
  const [reference] = all.flatMap((line) => (line.isReference ? line.points : []));
  if (lines.length === 0) throw new Error("nothing to draw: expected points with an alpha, found none");
  const tried = lines.flatMap((line) => line.points.flatMap(({ alpha }) => alpha ?? []));
  const alphas = [...new Set(reference ? [0, ...tried] : tried)].sort((a, b) => a - b);
  const panels: Panel[] = [
    {
      name: "success",
      of: ({ success }) => success,
      interval: ({ interval }) => percentRange(interval),
      format: ".0%",
      write: (value) => `${Math.round(100 * value)}%`,
      scale: { zmin: 0, zmax: 1 },
    },
  ];
  if (haveCoherence(points)) {
    panels.push({
      name: coherence,
      of: (point) => point.coherence,
      interval: ({ coherenceInterval }) =>
        coherenceInterval ? coherenceRange(coherenceInterval) : "not known",
      format: ".2f",
      write: (value) => value.toFixed(2),
      scale: {},
    });
  }
  const {
    subtitle = [countOf(points), reference && "alpha 0: without steering"].filter(Boolean).join("; "),
  } = options;
  const names = Math.max(...lines.map(({ name }) => name.length)) * 7;
  const width = Math.max(150, 54 * alphas.length);
  const gap = 110;
  const whole = panels.length * width + (panels.length - 1) * gap;
  const domains = panels.map((_, i) => [(i * (width + gap)) / whole, (i * (width + gap) + width) / whole]);
  return {
    data: panels.map((panel, i) => heatmap(panel, i, domains[i][1], lines, alphas, reference)),
    layout: layout(title, subtitle, {
      width: Math.round(names + 40 + whole + 100),
      height: Math.max(260, margin.t + 30 + margin.b + cellHeight * lines.length),
      margin: { ...margin, t: margin.t + 10, l: Math.round(names + 40), r: 100 },
      ...Object.fromEntries(
        panels.flatMap((_, i) => {
          const mark = i === 0 ? "" : "2";
          const plain = { type: "category", showgrid: false, showline: false, ticks: "" };
          return [
            [`xaxis${mark}`, axis("alpha", { ...plain, domain: domains[i], anchor: `y${mark}` })],
            [`yaxis${mark}`, i === 0 ? axis("", plain) : { type: "category", anchor: "x2", visible: false }],
          ];
        }),
      ),
      annotations: panels.map(({ name }, i) => ({
        text: name,
        x: domains[i][0],
        xref: "paper",
        xanchor: "left",
        y: 1,
        yref: "paper",
        yanchor: "bottom",
        showarrow: false,
        font: { size: 13, color: ink },
      })),
    }),
  };
}

function heatmap(
  { name, of, interval, format, write, scale }: Panel,
  place: number,
  end: number,
  lines: SweepSeries[],
  alphas: number[],
  reference?: SweepPoint,
): Trace {
  const grid = lines.map(({ points }) =>
    alphas.map(
      (alpha) => points.find((point) => point.alpha === alpha) ?? (alpha === 0 ? reference : undefined),
    ),
  );
  const z = grid.map((row) => row.map((point) => rounded(point && of(point)))); // [lines, alphas]
  const known = z.flat().filter((value) => value !== null);
  const { zmin = Math.min(...known), zmax = Math.max(...known) } = scale;
  const shareOf = (value: number) => (zmax > zmin ? (value - zmin) / (zmax - zmin) : 0.5);
  return {
    type: "heatmap",
    name,
    x: alphas.map(String),
    y: lines.map((line) => line.name),
    z,
    customdata: grid.map((row) => row.map((point) => (point ? `${interval(point)}${takesOf(point)}` : ""))),
    ...(known.length > 0 && { zmin, zmax }),
    ...(place > 0 && { xaxis: "x2", yaxis: "y2" }),
    colorscale: sequential,
    xgap: 1,
    ygap: 1,
    hoverongaps: false,
    hovertemplate: `%{y}, alpha %{x}<br>${name} %{z:${format}} (95%: %{customdata})<extra></extra>`,
    text: z.map((row) => row.map((value) => (value === null ? "" : onValue(write(value), shareOf(value))))),
    texttemplate: "%{text}",
    textfont: { size: 12 },
    colorbar: {
      x: end,
      xpad: 10,
      thickness: 10,
      outlinewidth: 0,
      len: 1,
      nticks: 6,
      tickformat: format,
      tickfont: { size: 12, color: quietInk },
    },
  };
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toFixed(4));
}
