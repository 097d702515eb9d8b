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

/** More lines than this have whiskers, a little apart, in the place of bands, which would cover one another. */
const mostBands = 3;

/** Pixels of a legend's entry: its line before its name, a letter (on average, 12 px high), its height. */
const entry = { line: 48, letter: 6.6, height: 19 };

/**
 * Success against alpha, one line a method (and K, direction, schedule, where a method's points differ in them), with 95 %
 * intervals: as bands, and of more than three lines as whiskers; in a second panel coherence against alpha, when the points
 * have it. A method without an alpha is a level, dashed line.
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
  const room = (high - low || 1) * 0.06;
  const alphaAxis = { range: [low - room, high + room], showgrid: false };
  const count = countOf(points);
  const hasBands = series.length <= mostBands;
  const { subtitle = count ? `${count}; ${hasBands ? "bands" : "whiskers"} are 95% intervals` : "" } =
    options;
  const width = two ? 860 : 560;
  const widths = series.map(({ name }) => entry.line + entry.letter * name.length);
  const isInRow = widths.reduce((sum, one) => sum + one) <= width - margin.l - margin.r;
  const beside = isInRow ? 0 : Math.ceil(Math.max(...widths));
  const drawn = series.map((line, i): DrawnSeries => {
    const shift = hasBands || line.isReference ? 0 : (i / (series.length - 1) - 0.5) * 0.7 * room;
    return { ...line, hasBand: hasBands || line.isReference, shift };
  });
  return {
    data: drawn.flatMap((line) => [
      ...successTraces(line, [low, high]),
      ...(two ? coherenceTraces(line, [low, high]) : []),
    ]),
    layout: layout(title, subtitle, {
      width: width + beside,
      height: Math.max(420, margin.t + margin.b + 10 + (isInRow ? 0 : entry.height * series.length)),
      margin: { ...margin, r: margin.r + beside },
      legend: isInRow ? legend : { ...legend, orientation: "v", x: 1.02, xanchor: "left", yanchor: "top" },
      xaxis: axis("alpha", { ...alphaAxis, domain: two ? [0, 0.45] : [0, 1] }),
      yaxis: axis("success", { range: [-0.01, 1.01], tickformat: ".0%", dtick: 0.2 }),
      ...(two && {
        xaxis2: axis("alpha", { ...alphaAxis, domain: [0.57, 1], anchor: "y2" }),
        yaxis2: axis(coherence, { anchor: "x2", nticks: 6 }),
      }),
    }),
  };
}

interface DrawnSeries extends SweepSeries {
  hasBand: boolean;
  /** Of its points to the right, on the axis of alpha. */
  shift: number;
}

function successTraces(line: DrawnSeries, span: [number, number]): Trace[] {
  const { points } = line;
  const intervals = points.map(({ interval }) => interval);
  return traces(line, span, {
    values: points.map(({ success }) => success),
    intervals,
    told: points.map((point) => percentRange(point.interval) + takesOf(point)),
    format: ".1%",
    axes: {},
    showlegend: true,
  });
}

function coherenceTraces(line: DrawnSeries, span: [number, number]): Trace[] {
  const known = line.points.filter(({ coherence }) => coherence !== undefined);
  if (known.length === 0) return [];
  const intervals = known.map(
    ({ coherence, coherenceInterval }): Interval => coherenceInterval ?? [coherence!, coherence!],
  );
  return traces({ ...line, points: known }, span, {
    values: known.map(({ coherence }) => coherence!),
    intervals,
    told: intervals.map(coherenceRange),
    format: ".3f",
    axes: { xaxis: "x2", yaxis: "y2" },
    showlegend: false,
  });
}

interface Values {
  values: number[];
  intervals: Interval[];
  /** Interval and number of takes, in words. */
  told: string[];
  format: string;
  axes: Record<string, string>;
  showlegend: boolean;
}

/** A line on its band, or with whiskers; a point without alpha becomes a level line over the whole span. */
function traces(line: DrawnSeries, span: [number, number], series: Values): Trace[] {
  const { name, colour, symbol, points, hasBand, shift, isReference: level } = line;
  const repeat = <Value>(list: Value[]) => (level ? [list[0], list[0]] : list);
  const alpha = level ? span : points.map(({ alpha }) => alpha ?? 0);
  const intervals = repeat(series.intervals);
  const values = repeat(series.values);
  const whiskers = {
    type: "data",
    symmetric: false,
    array: intervals.map(([, high], i) => high - values[i]),
    arrayminus: intervals.map(([low], i) => values[i] - low),
    color: colour,
    thickness: 1.5,
    width: 0,
  };
  const drawn: Trace = {
    type: "scatter",
    name,
    x: alpha.map((value) => value + shift),
    y: values,
    customdata: repeat(series.told.map((told, i) => [points[i].alpha, told])),
    line: { color: colour, width: 2, dash: level ? "dash" : "solid" },
    ...(level
      ? { mode: "lines" }
      : {
          mode: "lines+markers",
          marker: { color: colour, size: 8, symbol },
          cliponaxis: false /* a point at 100 % is whole */,
        }),
    ...(!hasBand && { error_y: whiskers }),
    hovertemplate: `${name}${level ? "" : ", alpha %{customdata[0]}"}: %{y:${series.format}} (95%: %{customdata[1]})<extra></extra>`,
    legendgroup: name,
    showlegend: series.showlegend,
    ...series.axes,
  };
  if (!hasBand) return [drawn];
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
    drawn,
  ];
}
