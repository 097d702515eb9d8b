import { type Audio, duration } from "../audio/audio";
import type { Figure, Trace } from "./figure";
import { axis, ink, layout, legend, meaning, quietInk, seriesColour } from "./theme";
import { envelope, waveformTraces, waveRange } from "./waveform";

/** A take and what its monitor saw; a take that nothing watched has no trace. */
export interface MonitoredTake {
  audio: Audio;
  /** Frames of the prompt, at the start of the audio. */
  promptFrames: number;
  trace?: MonitorSeries;
}

/** The monitor at a take's steps, in order: what steering leaves as a take's trace. */
export interface MonitorSeries {
  /** Frame of the take, counted from the prompt's first. */
  step: ArrayLike<number>;
  /** C(t): probability that the trait is there, 0 to 1; empty when nothing was monitored. */
  monitor: ArrayLike<number>;
  /** tau: the probability from which on the intervention is off; NaN when nothing was monitored. */
  threshold: number;
  /** Share of the full strength that was used at the step; 0 is off. */
  strength: ArrayLike<number>;
}

export interface MonitorTraceOptions {
  title?: string;
  /** What the monitor listens for. */
  trait?: string;
  /** Token frames in a second. */
  frameRate?: number;
  /** Names of the takes, in the legend and beside their waveforms. */
  names?: string[];
}

/**
 * What the monitor saw while takes were made, on one axis of seconds: every take's waveform, the monitor's probability
 * C(t) with its threshold, and the strength of the intervention. The prompt is shaded. (The paper's figure of the
 * monitor, with and without SMITIN.)
 * @throws Error when there is no take or none has a trace
 */
export function monitorTrace(
  takes: MonitoredTake | MonitoredTake[],
  options: MonitorTraceOptions = {},
): Figure {
  const all = Array.isArray(takes) ? takes : [takes];
  const {
    trait,
    frameRate = 50,
    names = all.map((_, i) => (all.length > 1 ? `take ${i + 1}` : "")),
  } = options;
  const { title = trait ? `What the monitor for ${trait} saw` : "What the monitor saw" } = options;
  const threshold = all.find(({ trace }) => trace && trace.monitor.length > 0)?.trace?.threshold;
  if (threshold === undefined)
    throw new Error("nothing to draw: expected at least one take with a monitor's trace, found none");
  const panels = stack([...all.map(() => 1), 2.4, 1]);
  const monitorAxis = all.length + 1;
  const strengthAxis = all.length + 2;
  const seconds = Math.max(...all.map(({ audio }) => duration(audio)));
  const promptEnd = all[0].promptFrames / frameRate;
  const alone = all.length === 1;
  const colours = names.map((name, i) => (alone ? meaning.monitor : seriesColour(name, i)));
  const waves = all.map(({ audio }) => envelope(audio));

  return {
    data: [
      ...waves.flatMap((wave, i) => waveformTraces(wave, { yaxis: axisName(i + 1) })),
      ...all.flatMap(({ trace }, i) => [
        ...probability(trace, frameRate, axisName(monitorAxis), colours[i], names[i]),
        ...strength(trace, frameRate, axisName(strengthAxis), alone ? meaning.strength : colours[i]),
      ]),
    ],
    layout: layout(title, `threshold ${threshold.toFixed(2)}; the prompt is shaded`, {
      width: 860,
      height: 330 + 90 * all.length,
      ...(alone ? { showlegend: false } : { legend }),
      barmode: "overlay",
      bargap: 0,
      xaxis: axis("seconds", { range: [0, seconds], anchor: axisName(strengthAxis), showgrid: false }),
      ...Object.fromEntries(
        waves.map((wave, i) => [
          axisKey(i + 1),
          axis(names[i] || "sample", { ...waveRange(wave), domain: panels[i], showgrid: false, nticks: 3 }),
        ]),
      ),
      [axisKey(monitorAxis)]: axis("C(t)", { range: [0, 1.02], domain: panels[all.length], dtick: 0.25 }),
      [axisKey(strengthAxis)]: axis("strength", {
        range: [0, 1.05],
        domain: panels[all.length + 1],
        dtick: 0.5,
      }),
      shapes: [
        {
          type: "rect",
          xref: "x",
          yref: "paper",
          x0: 0,
          x1: promptEnd,
          y0: 0,
          y1: 1,
          fillcolor: meaning.prompt,
          line: { width: 0 },
          layer: "below",
        },
        {
          type: "line",
          xref: "paper",
          yref: axisName(monitorAxis),
          x0: 0,
          x1: 1,
          y0: threshold,
          y1: threshold,
          line: { color: meaning.threshold, width: 1.5, dash: "dash" },
        },
      ],
      annotations: [
        {
          text: "threshold",
          xref: "paper",
          yref: axisName(monitorAxis),
          x: 1,
          xanchor: "right",
          y: threshold,
          yanchor: "bottom",
          showarrow: false,
          font: { size: 12, color: ink },
        },
        {
          text: "prompt",
          xref: "x",
          yref: "paper",
          x: 0,
          xanchor: "left",
          xshift: 4,
          y: 1,
          yanchor: "bottom",
          showarrow: false,
          font: { size: 12, color: quietInk },
        },
      ],
    }),
  };
}

function probability(
  trace: MonitorSeries | undefined,
  frameRate: number,
  yaxis: string,
  color: string,
  name: string,
): Trace[] {
  if (!trace || trace.monitor.length === 0) return [];
  return [
    {
      type: "scatter",
      name,
      x: secondsOf(trace, frameRate),
      y: Array.from(trace.monitor, round),
      yaxis,
      mode: "lines",
      line: { color, width: 2 },
      hovertemplate: "C = %{y:.2f} at %{x:.2f} s<extra></extra>",
    },
  ];
}

/** One bar for each step at which the intervention was on. */
function strength(
  trace: MonitorSeries | undefined,
  frameRate: number,
  yaxis: string,
  color: string,
): Trace[] {
  const time = trace ? secondsOf(trace, frameRate) : [];
  const bars = Array.from(trace?.strength ?? [], (share, i) => [time[i], round(share)]).filter(
    ([, share]) => share > 0,
  );
  if (bars.length === 0) return [];
  return [
    {
      type: "bar",
      x: bars.map(([at]) => at),
      y: bars.map(([, share]) => share),
      yaxis,
      width: 1 / frameRate,
      marker: { color, line: { color, width: 1 } },
      showlegend: false,
      hovertemplate: "strength %{y:.2f} at %{x:.2f} s<extra></extra>",
    },
  ];
}

function secondsOf({ step }: MonitorSeries, frameRate: number): number[] {
  return Array.from(step, (frame) => round(frame / frameRate));
}

/** Domains of panels from top to bottom, of the given relative heights, with gaps between them. */
function stack(heights: number[], gap = 0.05): [number, number][] {
  const unit = (1 - gap * (heights.length - 1)) / heights.reduce((sum, height) => sum + height, 0);
  let top = 1;
  return heights.map((height) => {
    const domain: [number, number] = [Math.max(0, top - height * unit), top];
    top = domain[0] - gap;
    return domain;
  });
}

/** How traces name the nth y axis: y, y2, y3, ... */
function axisName(n: number): string {
  return n === 1 ? "y" : `y${n}`;
}

/** How the layout names it: yaxis, yaxis2, ... */
function axisKey(n: number): string {
  return n === 1 ? "yaxis" : `yaxis${n}`;
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
