import { duration } from "../audio/audio";
import type { Figure, Trace } from "./figure";
import { type MonitoredTake, type Row, rowsOf, type TraitRow } from "./monitorRows";
import { axisKey, axisName, panelsOf } from "./panels";
import { axis, ink, layout, legend, margin, meaning, methodShades, quietInk } from "./theme";
import { traitStyle } from "./traitStyle";
import { envelope, waveformTraces, waveRange } from "./waveform";

export interface MonitorTraceOptions {
  title?: string;
  /** What the monitor listens for, where it is to be called otherwise than in the traces; not with several traits. */
  trait?: string;
  /** Token frames in a second. */
  frameRate?: number;
  /** Names of the takes, in the legend and beside their waveforms. */
  names?: string[];
}

/** Pixels that panels are high, and between them; a panel of strength has its name above it. */
const heights = { wave: 62, monitor: 200, strength: 40, gap: 26 };

/**
 * What the monitor saw while takes were made, on one axis of the takes' own time, from the prompt's beginning to the takes'
 * end, in seconds: every take's waveform, the monitor's probability C(t) with the level at which the gate turns, and the
 * strength of each take's intervention. The prompt is shaded. (The paper's figure of the monitor, with and without SMITIN.)
 * Takes steered for several traits have such panels for each. Methods have their colours; a take alone has its trait's.
 * @throws Error when there is no take or none has a trace
 */
export function monitorTrace(
  takes: MonitoredTake | MonitoredTake[],
  options: MonitorTraceOptions = {},
): Figure {
  const all = Array.isArray(takes) ? takes : [takes];
  const { frameRate = 50, names = all.map((_, i) => (all.length > 1 ? `take ${i + 1}` : "")) } = options;
  const isAlone = all.length === 1;
  const waves = all.map(({ audio }) => envelope(audio));
  const ends = all.map(({ audio }) => duration(audio));
  const traits = rowsOf(all, { frameRate, trait: options.trait, names });
  const shades = methodShades(names);
  const colourOf = ({ takeIndex, trait }: { takeIndex: number; trait: string }) =>
    isAlone && !names[0] ? traitStyle(trait).light : shades[takeIndex];
  const several = traits.length > 1;

  const panels = panelsOf(
    [
      ...all.map(() => heights.wave),
      ...traits.flatMap(({ monitored, pushed }) => [
        ...(monitored.length > 0 ? [heights.monitor] : []),
        ...pushed.map(() => heights.strength),
      ]),
    ],
    heights.gap,
  );
  let used = all.length; // y axes
  const rows = traits.map((row) => ({
    ...row,
    monitorAxis: row.monitored.length > 0 ? ++used : 0,
    pushed: row.pushed.map((series) => ({ ...series, strengthAxis: ++used })),
  }));
  const inLegend = new Set<number>(); // takes

  return {
    data: [
      ...waves.flatMap((wave, i) => waveformTraces(wave, { yaxis: axisName(i + 1) })),
      ...rows.flatMap(({ monitored, monitorAxis, pushed }) => [
        ...monitored.map((series) => {
          const isNew = !inLegend.has(series.takeIndex);
          inLegend.add(series.takeIndex);
          return probability(series, {
            yaxis: axisName(monitorAxis),
            name: names[series.takeIndex],
            showlegend: !isAlone && isNew,
            line: { color: colourOf(series), width: 2 },
          });
        }),
        ...pushed.map((series) => bars(series, axisName(series.strengthAxis), colourOf(series), frameRate)),
      ]),
    ],
    layout: layout(options.title ?? titleOf(traits), subtitleOf(traits), {
      width: 860,
      height: margin.t + margin.b + panels.height,
      ...(isAlone ? { showlegend: false } : { legend }),
      barmode: "overlay",
      bargap: 0,
      xaxis: axis("seconds of the take", {
        range: [0, Math.max(...ends)],
        anchor: axisName(used),
        showgrid: false,
      }),
      ...Object.fromEntries([
        ...waves.map((_, i) => {
          const look = { ...waveRange(...waves), domain: panels.domains[i], showgrid: false, nticks: 3 };
          return [axisKey(i + 1), axis(names[i] || "sample", look)];
        }),
        ...rows.flatMap(({ trait, monitorAxis, pushed }) => {
          const upper = { range: [0, 1.02], domain: panels.domains[monitorAxis - 1], dtick: 0.25 };
          const monitor = [axisKey(monitorAxis), axis(several ? `C(t), ${trait}` : "C(t)", upper)];
          const strengths = pushed.map(({ strengthAxis, strength }) => {
            const domain = panels.domains[strengthAxis - 1];
            return [axisKey(strengthAxis), axis("", { range: strengthRange(strength), domain, dtick: 1 })];
          });
          return monitorAxis > 0 ? [monitor, ...strengths] : strengths;
        }),
      ]),
      shapes: [
        promptShade(all[0].promptFrames / frameRate),
        ...rows.flatMap(({ levels, monitorAxis }) =>
          levels.map(({ threshold }) => thresholdLine(threshold, axisName(monitorAxis))),
        ),
      ],
      annotations: [
        ...rows.flatMap(({ levels, monitorAxis }) =>
          levels.map((level, i) => thresholdName(level, axisName(monitorAxis), i > 0)),
        ),
        ...rows.flatMap(({ trait, pushed }) =>
          pushed.map(({ takeIndex, strengthAxis }) => {
            const of = [several && trait, names[takeIndex]].filter(Boolean);
            return panelName(["strength", ...of].join(", "), panels.domains[strengthAxis - 1][1]);
          }),
        ),
        panelName("prompt", 1),
      ],
    }),
  };
}

function titleOf(traits: TraitRow[]): string {
  const names = traits.map(({ trait }) => trait);
  if (names.length > 1) return `What the monitors for ${names.join(" and ")} saw`;
  return names[0] ? `What the monitor for ${names[0]} saw` : "What the monitor saw";
}

function subtitleOf(traits: TraitRow[]): string {
  const shown = traits.flatMap(({ levels }) => levels.map(({ name }) => name));
  return [...shown, "the prompt is shaded"].join("; ");
}

function probability(
  { time, monitor }: Row,
  style: { yaxis: string; name: string; showlegend: boolean; line: object },
): Trace {
  const hovertemplate = "C = %{y:.2f} at %{x:.2f} s<extra></extra>";
  return { type: "scatter", mode: "lines", x: time, y: Array.from(monitor, round), hovertemplate, ...style };
}

/** One bar for each step at which the intervention was on. */
function bars({ time, strength }: Row, yaxis: string, color: string, frameRate: number): Trace {
  const on = Array.from(strength, (share, i) => [time[i], round(share)]).filter(([, share]) => share !== 0);
  return {
    type: "bar",
    x: on.map(([at]) => at),
    y: on.map(([, share]) => share),
    yaxis,
    width: 1 / frameRate,
    marker: { color, line: { color, width: 1 } },
    showlegend: false,
    hovertemplate: "strength %{y:.2f} at %{x:.2f} s<extra></extra>",
  };
}

/** From 0 to 1, wider where shares are. */
function strengthRange(strength: ArrayLike<number>): [number, number] {
  const shares = Array.from(strength);
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

/** On the left, where the prompt is and no curve; a second one below its line, which is the lower. */
function thresholdName(
  { threshold, name }: { threshold: number; name: string },
  yref: string,
  isBelow: boolean,
) {
  const place = { xref: "paper", yref, x: 0, xanchor: "left", xshift: 4, y: threshold };
  const side = { yanchor: isBelow ? "top" : "bottom" };
  return { text: name, ...place, ...side, showarrow: false, font: { size: 12, color: ink } };
}

/** Above a panel's left corner. @param top of the panel, as a share of the plot's height */
function panelName(text: string, top: number): object {
  const place = { xref: "paper", yref: "paper", x: 0, xanchor: "left", xshift: 4, y: top, yanchor: "bottom" };
  return { text, ...place, showarrow: false, font: { size: 12, color: quietInk } };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
