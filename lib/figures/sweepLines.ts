import type { Figure, Interval, Trace } from "./figure";
import { percentRange } from "./headGrid";
import { axis, layout, legend, seriesColour, translucent } from "./theme";

/** One cell of a sweep, summed up over its takes. */
export interface SweepPoint {
  method: string;
  /** Strength; null for a method without one, which is drawn as a level line. */
  alpha: number | null;
  /** Share of takes in which the judge hears the trait, 0 to 1. */
  success: number;
  /** 95 % interval of the success. */
  interval: Interval;
  /** How much of the prompt is kept, or how far from it the take is (see the `coherence` option). */
  coherence?: number;
  coherenceInterval?: Interval;
  /** Takes. */
  n?: number;
}

export interface SweepLinesOptions {
  title?: string;
  subtitle?: string;
  /** The second panel's axis title: what coherence means. */
  coherence?: string;
}

/**
 * Success against alpha, one line a method, with 95 % intervals; in a second panel coherence against alpha, when the
 * points have it. A method without an alpha is a level, dashed line.
 * @throws Error when there are no points
 */
export function sweepLines(points: SweepPoint[], options: SweepLinesOptions = {}): Figure {
  const { title = "Steering: success and coherence against alpha", coherence = "similarity to the prompt" } =
    options;
  if (points.length === 0)
    throw new Error("nothing to draw: expected at least one point of a sweep, found none");
  const methods = [...new Set(points.map(({ method }) => method))];
  const two = points.some((point) => point.coherence !== undefined);
  const alphas = points.flatMap(({ alpha }) => (alpha === null ? [] : [alpha]));
  const [low, high] = alphas.length ? [Math.min(...alphas), Math.max(...alphas)] : [0, 1];
  const margin = (high - low || 1) * 0.05;
  const alphaAxis = { range: [low - margin, high + margin], showgrid: false };
  const counts = [...new Set(points.flatMap(({ n }) => (n === undefined ? [] : [n])))];
  const { subtitle = counts.length === 1 ? `n = ${counts[0]} takes a point; bands are 95% intervals` : "" } =
    options;
  return {
    data: methods.flatMap((method, place) => {
      const line = points
        .filter((point) => point.method === method)
        .sort((a, b) => (a.alpha ?? 0) - (b.alpha ?? 0));
      const colour = seriesColour(method, place);
      return [
        ...successTraces(line, colour, [low, high]),
        ...(two ? coherenceTraces(line, colour, [low, high]) : []),
      ];
    }),
    layout: layout(title, subtitle, {
      width: two ? 860 : 560,
      height: 420,
      legend,
      xaxis: axis("alpha", { ...alphaAxis, domain: two ? [0, 0.45] : [0, 1] }),
      yaxis: axis("success", { range: [-0.01, 1.01], tickformat: ".0%", dtick: 0.2 }),
      ...(two && {
        xaxis2: axis("alpha", { ...alphaAxis, domain: [0.57, 1], anchor: "y2" }),
        yaxis2: axis(coherence, { anchor: "x2", nticks: 6 }),
      }),
    }),
  };
}

function successTraces(line: SweepPoint[], colour: string, span: [number, number]): Trace[] {
  const intervals = line.map(({ interval }) => interval);
  return traces(line, colour, span, {
    values: line.map(({ success }) => success),
    intervals,
    customdata: line.map(({ interval, n }) => [percentRange(interval), n === undefined ? "" : `, n = ${n}`]),
    hovertemplate: "alpha %{x}: %{y:.1%} (95%: %{customdata[0]}%{customdata[1]})",
    axes: {},
    showlegend: true,
  });
}

function coherenceTraces(line: SweepPoint[], colour: string, span: [number, number]): Trace[] {
  const known = line.filter(({ coherence }) => coherence !== undefined);
  if (known.length === 0) return [];
  const intervals = known.map(
    ({ coherence, coherenceInterval }): Interval => coherenceInterval ?? [coherence!, coherence!],
  );
  return traces(known, colour, span, {
    values: known.map(({ coherence }) => coherence!),
    intervals,
    customdata: intervals.map(([low, high]) => `${low.toFixed(3)} to ${high.toFixed(3)}`),
    hovertemplate: "alpha %{x}: %{y:.3f} (95%: %{customdata})",
    axes: { xaxis: "x2", yaxis: "y2" },
    showlegend: false,
  });
}

interface Series {
  values: number[];
  intervals: Interval[];
  customdata: unknown[];
  hovertemplate: string;
  axes: Record<string, string>;
  showlegend: boolean;
}

/** A band and the line on it; a point without alpha becomes a level line over the whole span. */
function traces(line: SweepPoint[], colour: string, span: [number, number], series: Series): Trace[] {
  const level = line.every(({ alpha }) => alpha === null);
  const repeat = <Value>(list: Value[]) => (level ? [list[0], list[0]] : list);
  const alpha = level ? span : line.map(({ alpha }) => alpha ?? 0);
  const intervals = repeat(series.intervals);
  const method = line[0].method;
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
      legendgroup: method,
      showlegend: false,
      ...series.axes,
    },
    {
      type: "scatter",
      name: method,
      x: alpha,
      y: repeat(series.values),
      customdata: repeat(series.customdata),
      line: { color: colour, width: 2, dash: level ? "dash" : "solid" },
      ...(level ? { mode: "lines" } : { mode: "lines+markers", marker: { color: colour, size: 8 } }),
      hovertemplate: `${method}, ${series.hovertemplate}<extra></extra>`,
      legendgroup: method,
      showlegend: series.showlegend,
      ...series.axes,
    },
  ];
}
