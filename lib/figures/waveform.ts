import { type Audio, duration } from "../audio/audio";
import type { Figure, Trace } from "./figure";
import { axis, layout, meaning } from "./theme";

/** The lowest and highest sample in each of equal spans of time; `time` is each span's middle in seconds. */
export interface Envelope {
  time: number[];
  low: number[];
  high: number[];
}

/** A clip's samples against time, drawn as the band between the lowest and the highest sample of each pixel. */
export function waveform(audio: Audio, options: { title?: string } = {}): Figure {
  const { title = "Waveform" } = options;
  const wave = envelope(audio);
  return {
    data: waveformTraces(wave),
    layout: layout(title, "", {
      width: 860,
      height: 240,
      margin: { l: 68, r: 28, t: 48, b: 56 },
      showlegend: false,
      xaxis: axis("seconds", { range: [0, duration(audio)], showgrid: false }),
      yaxis: axis("sample", waveRange(wave)),
    }),
  };
}

/** The band of a waveform as two traces, the second filled down to the first; on the given axes. */
export function waveformTraces({ time, low, high }: Envelope, axes: Record<string, string> = {}): Trace[] {
  const line = { color: meaning.wave, width: 0.5 };
  const common = { x: time, mode: "lines", line, hoverinfo: "skip", showlegend: false, ...axes };
  return [
    { type: "scatter", y: low, ...common },
    { type: "scatter", y: high, fill: "tonexty", fillcolor: meaning.wave, ...common },
  ];
}

/** The axis attributes that show waves whole, silence in the middle: the same for all, so that louder ones look it. */
export function waveRange(...waves: Envelope[]): { range: [number, number]; nticks: number } {
  const peaks = waves.map(({ low, high }) => Math.max(-Math.min(...low), Math.max(...high)));
  const limit = 1.05 * Math.max(0.05, ...peaks);
  return { range: [-limit, limit], nticks: 5 };
}

/** Lowest and highest sample in `spans` equal spans (fewer where there are fewer samples). */
export function envelope({ samples, sampleRate }: Audio, spans = 1200): Envelope {
  const count = Math.min(spans, samples.length);
  const found: Envelope = { time: [], low: [], high: [] };
  for (let span = 0; span < count; span++) {
    const from = Math.floor((span * samples.length) / count);
    const to = Math.floor(((span + 1) * samples.length) / count);
    let low = samples[from];
    let high = samples[from];
    for (let i = from + 1; i < to; i++) {
      if (samples[i] < low) low = samples[i];
      if (samples[i] > high) high = samples[i];
    }
    found.time.push(round((from + to) / 2 / sampleRate));
    found.low.push(round(low));
    found.high.push(round(high));
  }
  return found;
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
