import { type Audio, duration } from "../audio/audio";
import type { Figure, Trace } from "./figure";
import { axisKey, axisName, stack } from "./panels";
import { axis, ink, layout, legend, meaning, quietInk, seriesColour } from "./theme";
import { envelope, waveformTraces, waveRange } from "./waveform";

/** A take and what its monitor saw; a take that nothing watched has no trace. */
export interface MonitoredTake {
  audio: Audio;
  /** Frames of the prompt, at the start of the audio. */
  promptFrames: number;
  trace?: MonitorSeries;
}

/** What one trait's monitor saw, step by step. */
export interface TraitSeries {
  trait: string;
  /** C(t): probability that the trait is there, 0 to 1; empty when nothing was monitored. */
  monitor: ArrayLike<number>;
  /** tau: the probability at which the intervention goes off; NaN when nothing was monitored. */
  threshold: number;
  /** Share of the full strength that was used at the step; 0 is off. */
  strength: ArrayLike<number>;
}

/** The monitor at a take's steps, in order: what steering leaves as a take's trace. */
export interface MonitorSeries {
  /** Frame of the take, counted from the prompt's first. */
  step: ArrayLike<number>;
  /** Every trait of the take. */
  traits: TraitSeries[];
}

export interface MonitorTraceOptions {
  title?: string;
  /** What the monitor listens for, where it is to be called otherwise than in the traces; not with several traits. */
  trait?: string;
  /** Token frames in a second. */
  frameRate?: number;
  /** Names of the takes, in the legend and beside their waveforms. */
  names?: string[];
}

/**
 * What the monitor saw while takes were made, on one axis of seconds: every take's waveform, the monitor's probability
 * C(t) with its threshold, and the strength of the intervention. The prompt is shaded. (The paper's figure of the
 * monitor, with and without SMITIN.) Takes steered for several traits have a pair of panels for each.
 * @throws Error when there is no take or none has a trace
 */
export function monitorTrace(
  takes: MonitoredTake | MonitoredTake[],
  options: MonitorTraceOptions = {},
): Figure {
  const all = Array.isArray(takes) ? takes : [takes];
  const { frameRate = 50, names = all.map((_, i) => (all.length > 1 ? `take ${i + 1}` : "")) } = options;
  const waves = all.map(({ audio }) => envelope(audio));
  const traits = traitsOf(all, frameRate, options.trait);
  const isAlone = all.length === 1;
  const wave = waveRange(...waves);
  const colours = names.map((name, i) => (isAlone ? meaning.monitor : seriesColour(name, i)));
  const kinds = traits.flatMap(({ thresholds }) => (thresholds.length === 0 ? [1] : [2.4, 1]));
  const panels = stack([...all.map(() => 1), ...kinds], traits.length > 1 ? 0.035 : 0.05);
  let used = all.length; // y axes
  const rows = traits.map((trait) => ({
    ...trait,
    monitorAxis: trait.thresholds.length === 0 ? 0 : ++used,
    strengthAxis: ++used,
  }));

  return {
    data: [
      ...waves.flatMap((wave, i) => waveformTraces(wave, { yaxis: axisName(i + 1) })),
      ...rows.flatMap(({ series, monitorAxis, strengthAxis }, row) =>
        series.flatMap(({ takeIndex, time, monitor, strength }) => [
          ...probability(time, monitor, {
            yaxis: axisName(monitorAxis),
            name: names[takeIndex],
            showlegend: !isAlone && isFirst(rows, row, takeIndex),
            line: { color: colours[takeIndex], width: 2 },
          }),
          ...bars(
            time,
            strength,
            axisName(strengthAxis),
            isAlone ? meaning.strength : colours[takeIndex],
            frameRate,
          ),
        ]),
      ),
    ],
    layout: layout(options.title ?? titleOf(traits), subtitleOf(traits), {
      width: 860,
      height: 330 + 90 * all.length + 210 * (traits.length - 1),
      ...(isAlone ? { showlegend: false } : { legend }),
      barmode: "overlay",
      bargap: 0,
      xaxis: axis("seconds", {
        range: [0, Math.max(...all.map(({ audio }) => duration(audio)))],
        anchor: axisName(used),
        showgrid: false,
      }),
      ...Object.fromEntries([
        ...waves.map((_, i) => [
          axisKey(i + 1),
          axis(names[i] || "sample", {
            ...wave,
            domain: panels[i],
            showgrid: false,
            nticks: 3,
          }),
        ]),
        ...rows.flatMap(({ trait, thresholds, series, monitorAxis, strengthAxis }) => {
          const of = traits.length > 1 ? `, ${trait}` : "";
          const domain = panels[strengthAxis - 1];
          const lower = { range: strengthRange(series), domain, dtick: 0.5 };
          if (thresholds.length === 0) return [[axisKey(strengthAxis), axis(`strength${of}`, lower)]];
          const upper = { range: [0, 1.02], domain: panels[monitorAxis - 1], dtick: 0.25 };
          return [
            [axisKey(monitorAxis), axis(`C(t)${of}`, upper)],
            [axisKey(strengthAxis), axis("strength", lower)],
          ];
        }),
      ]),
      shapes: [
        promptShade(all[0].promptFrames / frameRate),
        ...rows.flatMap(({ thresholds, monitorAxis }) =>
          thresholds.map((threshold) => thresholdLine(threshold, axisName(monitorAxis))),
        ),
      ],
      annotations: [
        ...rows.flatMap(({ thresholds, monitorAxis }) =>
          thresholds.map((threshold) => thresholdName(threshold, axisName(monitorAxis))),
        ),
        promptName,
      ],
    }),
  };
}

/** One trait in the takes that were steered or watched for it. */
interface TraitRow {
  trait: string;
  /** Those of the takes that were monitored, each once; none when none was. */
  thresholds: number[];
  series: (TraitSeries & { takeIndex: number; time: number[] /* of steps, in seconds */ })[];
}

/** Whether the take's line in this row is its first of all: the one for the legend. */
function isFirst(rows: TraitRow[], row: number, takeIndex: number): boolean {
  const hasLine = ({ series }: TraitRow) =>
    series.some((one) => one.takeIndex === takeIndex && one.monitor.length > 0);
  return rows.findIndex(hasLine) === row;
}

/** The traits of all takes, in the order they come up. @throws Error when no take has a monitor's trace */
function traitsOf(takes: MonitoredTake[], frameRate: number, asked?: string): TraitRow[] {
  const names = new Set(takes.flatMap(({ trace }) => trace?.traits.map(({ trait }) => trait) ?? []));
  const [only = ""] = asked === undefined ? names : [asked];
  const rows = new Map<string, TraitRow>();
  for (const [takeIndex, { trace }] of takes.entries()) {
    if (!trace) continue;
    const time = Array.from(trace.step, (frame) => round(frame / frameRate));
    for (const series of trace.traits) {
      const key = names.size > 1 ? series.trait : only;
      const row = rows.get(key) ?? { trait: key, thresholds: [], series: [] };
      rows.set(key, row);
      row.series.push({ ...series, takeIndex, time });
      if (series.monitor.length > 0 && !row.thresholds.includes(series.threshold))
        row.thresholds.push(series.threshold);
    }
  }
  const found = [...rows.values()];
  if (found.every(({ thresholds }) => thresholds.length === 0)) {
    throw new Error("nothing to draw: expected at least one take with a monitor's trace, found none");
  }
  return found;
}

function titleOf(traits: TraitRow[]): string {
  const names = traits.map(({ trait }) => trait);
  if (names.length > 1) return `What the monitors for ${names.join(" and ")} saw`;
  return names[0] ? `What the monitor for ${names[0]} saw` : "What the monitor saw";
}

function subtitleOf(traits: TraitRow[]): string {
  const shown = traits.flatMap(({ trait, thresholds }) =>
    thresholds.map((threshold) => (traits.length > 1 ? `${trait} ` : "") + threshold.toFixed(2)),
  );
  return `threshold ${shown.join(", ")}; the prompt is shaded`;
}

function probability(
  x: number[],
  monitor: ArrayLike<number>,
  style: { yaxis: string; name: string; showlegend: boolean; line: object },
): Trace[] {
  if (monitor.length === 0) return [];
  const hovertemplate = "C = %{y:.2f} at %{x:.2f} s<extra></extra>";
  return [{ type: "scatter", mode: "lines", x, y: Array.from(monitor, round), hovertemplate, ...style }];
}

/** One bar for each step at which the intervention was on. */
function bars(
  time: number[],
  strength: ArrayLike<number>,
  yaxis: string,
  color: string,
  frameRate: number,
): Trace[] {
  const on = Array.from(strength, (share, i) => [time[i], round(share)]).filter(([, share]) => share !== 0);
  if (on.length === 0) return [];
  return [
    {
      type: "bar",
      x: on.map(([at]) => at),
      y: on.map(([, share]) => share),
      yaxis,
      width: 1 / frameRate,
      marker: { color, line: { color, width: 1 } },
      showlegend: false,
      hovertemplate: "strength %{y:.2f} at %{x:.2f} s<extra></extra>",
    },
  ];
}

/** From 0 to 1, wider where shares are. */
function strengthRange(series: TraitSeries[]): [number, number] {
  const shares = series.flatMap(({ strength }) => Array.from(strength));
  const low = shares.reduce((least, share) => Math.min(least, share), 0);
  const high = shares.reduce((most, share) => Math.max(most, share), 1);
  return [1.05 * low, 1.05 * high];
}

function promptShade(end: number): object {
  const place = { type: "rect", xref: "x", yref: "paper", x0: 0, x1: end, y0: 0, y1: 1 };
  return { ...place, fillcolor: meaning.prompt, line: { width: 0 }, layer: "below" };
}

function thresholdLine(threshold: number, yref: string): object {
  const place = { type: "line", xref: "paper", yref, x0: 0, x1: 1, y0: threshold, y1: threshold };
  return { ...place, line: { color: meaning.threshold, width: 1.5, dash: "dash" } };
}

function thresholdName(threshold: number, yref: string): object {
  // On the left, where the prompt is and no curve.
  const place = { xref: "paper", yref, x: 0, xanchor: "left", xshift: 4, y: threshold, yanchor: "bottom" };
  return { text: "threshold", ...place, showarrow: false, font: { size: 12, color: ink } };
}

const promptName = {
  text: "prompt",
  ...{ xref: "x", yref: "paper", x: 0, xanchor: "left", xshift: 4, y: 1, yanchor: "bottom" },
  showarrow: false,
  font: { size: 12, color: quietInk },
};

function round(value: number): number {
  return Number(value.toFixed(4));
}
