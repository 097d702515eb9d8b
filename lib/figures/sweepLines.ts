import type { Figure, Interval, Trace } from "./figure";
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
import { axis, layout, legend, margin, translucent } from "./theme";

/** Lines that a legend in one row has room for. */
const mostInRow = 4;

/**
 * Success against alpha, one line a method (and K, direction, schedule, where a method's points differ in them), with 95 %
 * intervals; in a second panel coherence against alpha, when the points have it. A method without an alpha is a level,
 * dashed line.
 * @param sweep what `sweepSteering` gave, or points
 * @throws Error when there are no points, or nobody judged them
 */
export function sweepLines(sweep: SweepPoint[] | SummedSweep, options: SweepFigureOptions = {}): Figure {
  const { title = "Steering: success and coherence against alpha", coherence = "similarity to the prompt" } =
    options;
  const points = pointsOf(sweep);
  const series = seriesOf(points);
  const two = haveCoherence(points);
  const alphas = points.flatMap(({ alpha }) => (alpha === null ? [] : [alpha]));
  const [low, high] = alphas.length ? [Math.min(...alphas), Math.max(...alphas)] : [0, 1];
  const room = (high - low || 1) * 0.05;
  const alphaAxis = { range: [low - room, high + room], showgrid: false };
  const count = countOf(points);
  const { subtitle = count ? `${count}; bands are 95% intervals` : "" } = options;
  const isLong = series.length > mostInRow;
  const beside = isLong ? 150 : 0;
  return {
    data: series.flatMap((line) => [
      ...successTraces(line, [low, high]),
      ...(two ? coherenceTraces(line, [low, high]) : []),
    ]),
    layout: layout(title, subtitle, {
      width: (two ? 860 : 560) + beside,
      height: 420,
      margin: { ...margin, r: margin.r + beside },
      legend: isLong ? { ...legend, orientation: "v", x: 1.02, xanchor: "left", yanchor: "top" } : legend,
      xaxis: axis("alpha", { ...alphaAxis, domain: two ? [0, 0.45] : [0, 1] }),
      yaxis: axis("success", { range: [-0.01, 1.01], tickformat: ".0%", dtick: 0.2 }),
      ...(two && {
        xaxis2: axis("alpha", { ...alphaAxis, domain: [0.57, 1], anchor: "y2" }),
        yaxis2: axis(coherence, { anchor: "x2", nticks: 6 }),
      }),
    }),
  };
}

function successTraces(line: SweepSeries, span: [number, number]): Trace[] {
  const { points } = line;
  const intervals = points.map(({ interval }) => interval);
  return traces(line, span, {
    values: points.map(({ success }) => success),
    intervals,
    customdata: points.map((point) => [percentRange(point.interval), takesOf(point)]),
    hovertemplate: "alpha %{x}: %{y:.1%} (95%: %{customdata[0]}%{customdata[1]})",
    axes: {},
    showlegend: true,
  });
}

function coherenceTraces(line: SweepSeries, span: [number, number]): Trace[] {
  const known = line.points.filter(({ coherence }) => coherence !== undefined);
  if (known.length === 0) return [];
  const intervals = known.map(
    ({ coherence, coherenceInterval }): Interval => coherenceInterval ?? [coherence!, coherence!],
  );
  return traces({ ...line, points: known }, span, {
    values: known.map(({ coherence }) => coherence!),
    intervals,
    customdata: intervals.map(coherenceRange),
    hovertemplate: "alpha %{x}: %{y:.3f} (95%: %{customdata})",
    axes: { xaxis: "x2", yaxis: "y2" },
    showlegend: false,
  });
}

interface Values {
  values: number[];
  intervals: Interval[];
  customdata: unknown[];
  hovertemplate: string;
  axes: Record<string, string>;
  showlegend: boolean;
}

/** A band and the line on it; a point without alpha becomes a level line over the whole span. */
function traces(line: SweepSeries, span: [number, number], series: Values): Trace[] {
  const { name, colour, points, isReference: level } = line;
  const repeat = <Value>(list: Value[]) => (level ? [list[0], list[0]] : list);
  const alpha = level ? span : points.map(({ alpha }) => alpha ?? 0);
  const intervals = repeat(series.intervals);
  return [
    {
      type: "scatter",
      x: [...alpha, ...[...alpha].reverse()],
      y: [...intervals.map(([, high]) => high), ...[...intervals].reverse().map(([low]) => low)],
      mode: "lines",
      line: { width: 0 },
      fill: "toself",
      fillcolor: translucent(colour, 0.15),
      hoverinfo: "skip",
      legendgroup: name,
      showlegend: false,
      ...series.axes,
    },
    {
      type: "scatter",
      name,
      x: alpha,
      y: repeat(series.values),
      customdata: repeat(series.customdata),
      line: { color: colour, width: 2, dash: level ? "dash" : "solid" },
      ...(level ? { mode: "lines" } : { mode: "lines+markers", marker: { color: colour, size: 8 } }),
      hovertemplate: `${name}, ${series.hovertemplate}<extra></extra>`,
      legendgroup: name,
      showlegend: series.showlegend,
      ...series.axes,
    },
  ];
}
