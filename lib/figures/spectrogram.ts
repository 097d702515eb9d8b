import { type Audio, duration } from "../audio/audio";
import { logMel, melFrequencies } from "../audio/spectrum";
import type { Figure } from "./figure";
import { axis, energy, layout, quietInk } from "./theme";

export interface SpectrogramOptions {
  title?: string;
  /** Number of mel bands. */
  mels?: number;
  /** What the colours span, in dB relative to a full-scale sine. The floor of `logMel` lies at -50. */
  range?: [low: number, high: number];
}

/**
 * The log-mel spectrogram of a clip in dB: seconds to the right, frequency upward (evenly in mel, labelled in Hz).
 * Without a range the colours go from -50 dB to the clip's loudest point, rounded up to 5 dB; give one to compare clips.
 */
export function spectrogram(audio: Audio, options: SpectrogramOptions = {}): Figure {
  const { title = "Log-mel spectrogram", mels = 64 } = options;
  const hop = 256 * 2 ** Math.max(0, Math.ceil(Math.log2(audio.samples.length / 256 / MOST_FRAMES)));
  const { data, frames } = logMel(audio, { hop, mels });
  const decibels = Array.from({ length: mels }, (_, mel) =>
    Array.from({ length: frames }, (_, frame) => round(data[frame * mels + mel] * DECIBELS)),
  ); // [mels, frames]
  const { range = [-50, loudest(decibels)] } = options;
  const edges = melFrequencies(mels + 2, 30, audio.sampleRate / 2);
  const labels = LABELS.filter((hz) => hz < audio.sampleRate / 2);
  return {
    data: [
      {
        type: "heatmap",
        z: decibels,
        y: edges.slice(1, -1).map((hz) => `${hz.toFixed(1)} Hz`),
        x0: 0,
        dx: hop / audio.sampleRate,
        zmin: range[0],
        zmax: range[1],
        zsmooth: "fast",
        colorscale: energy,
        hovertemplate: "%{x:.2f} s, %{y}<br>%{z:.0f} dB<extra></extra>",
        colorbar: {
          ticksuffix: " dB",
          tickfont: { size: 12, color: quietInk },
          thickness: 12,
          outlinewidth: 0,
          len: 1,
          xpad: 12,
        },
      },
    ],
    layout: layout(title, "", {
      width: 860,
      height: 320,
      margin: { l: 68, r: 96, t: 48, b: 56 },
      xaxis: axis("seconds", { range: [0, duration(audio)], showgrid: false }),
      yaxis: axis("Hz", {
        type: "category",
        range: [-0.5, mels - 0.5],
        showgrid: false,
        tickvals: labels.map((hz) => bandAt(hz, edges)),
        ticktext: labels.map((hz) => (hz < 1000 ? `${hz}` : `${hz / 1000}k`)),
      }),
    }),
  };
}

/** Natural logarithm of a magnitude to dB. */
const DECIBELS = 20 / Math.LN10;
/** More columns than this would not be seen; the hop grows instead. */
const MOST_FRAMES = 800;
const LABELS = [100, 200, 500, 1000, 2000, 5000, 10000];

/** Where a frequency lies among the bands' centres, as a fraction of bands. */
function bandAt(hz: number, edges: number[]): number {
  const above = edges.findIndex((edge) => edge > hz);
  return above - 2 + (hz - edges[above - 1]) / (edges[above] - edges[above - 1]);
}

function loudest(rows: number[][]): number {
  const most = rows.reduce((most, row) => Math.max(most, ...row), -50);
  return Math.max(-40, 5 * Math.ceil(most / 5));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
