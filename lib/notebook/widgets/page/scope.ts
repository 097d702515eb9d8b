import type { Seen } from "../../../live/liveSteer";
import { canvas, colours } from "./canvas";
import type { View } from "./view";

export interface ScopeOptions {
  traits: { name: string; colour: string }[];
  frameRate: number;
  sampleRate: number;
  /** Pixels for the waveform; 0 for none. */
  waveHeight?: number;
  seconds(): number;
  played(): number;
  seek(seconds: number): void;
}

/** Waveform above, the monitors' C(t) with their thresholds and strengths below, on one axis of seconds. */
export interface Scope {
  element: HTMLElement;
  begin(): void;
  sound(rows: Float32Array[]): void;
  seen(steps: Seen[]): void;
  choose(row: number): void;
  ask(): void;
}

const monitorHeight = 106;
const binsPerSecond = 100;

export function createScope(view: View<object>, options: ScopeOptions): Scope {
  const { traits, frameRate, sampleRate, waveHeight = 84 } = options;
  const height = waveHeight + monitorHeight;
  const perBin = Math.max(1, Math.round(sampleRate / binsPerSecond));
  let peaks: number[][] = []; // of every take, the largest |sample| of each bin
  let counts: number[] = [];
  let steps: Seen[] = [];
  let chosen = 0;

  const board = canvas(view, height, paint);
  board.element.setAttribute("role", "img");
  board.element.setAttribute(
    "aria-label",
    `waveform, and the monitor's probability with its threshold: ${traits.map(({ name }) => name).join(", ")}`,
  );
  board.element.addEventListener("click", ({ offsetX }) => {
    options.seek((offsetX / board.element.clientWidth) * options.seconds());
    board.ask();
  });
  board.ask();

  return {
    element: board.element,
    ask: board.ask,
    begin() {
      peaks = [];
      counts = [];
      steps = [];
      board.ask();
    },
    sound(rows) {
      for (const [row, samples] of rows.entries()) {
        peaks[row] ??= [];
        counts[row] ??= 0;
        for (const sample of samples) {
          const bin = Math.floor(counts[row]++ / perBin);
          peaks[row][bin] = Math.max(peaks[row][bin] ?? 0, Math.abs(sample));
        }
      }
      board.ask();
    },
    seen(more) {
      steps.push(...more);
      board.ask();
    },
    choose(row) {
      chosen = row;
      board.ask();
    },
  };

  function paint(context: CanvasRenderingContext2D, width: number): void {
    const theme = colours(board.element);
    const x = (seconds: number) => (seconds / options.seconds()) * width;
    const top = waveHeight + 10;
    const y = (share: number) => height - 16 - share * (height - 16 - top);

    context.fillStyle = theme.wave;
    for (const [bin, peak] of (peaks[chosen] ?? []).entries()) {
      const tall = Math.max(1, Math.min(1, peak) * waveHeight);
      const from = x((bin * perBin) / sampleRate);
      context.fillRect(from, (waveHeight - tall) / 2, Math.max(1, x(perBin / sampleRate) - 0.3), tall);
    }
    context.strokeStyle = theme.line;
    context.fillStyle = theme.quiet;
    context.font = "11px Arial, sans-serif";
    context.lineWidth = 1;
    for (const share of [0, 0.5, 1]) line(context, [0, y(share)], [width, y(share)]);
    const stride = [1, 2, 5, 10, 20, 60].find((each) => x(each) > 42) ?? 120;
    for (let at = 0; at < options.seconds(); at += stride) context.fillText(`${at} s`, x(at) + 2, height - 3);

    for (const [t, { colour }] of traits.entries()) {
      context.strokeStyle = colour;
      context.fillStyle = colour;
      context.globalAlpha = 0.45;
      for (const { step, strength } of steps) {
        const share = Math.min(1, Math.abs(strength[t]));
        if (share > 0)
          context.fillRect(x(step / frameRate), y(0) - 12 * share, Math.max(1, x(1 / frameRate)), 12 * share);
      }
      context.globalAlpha = 1;
      context.lineWidth = 2;
      curve(
        context,
        steps.map(({ step, monitor }) => [x(step / frameRate), y(monitor[t])]),
      );
      context.lineWidth = 1;
      context.setLineDash([5, 4]);
      curve(
        context,
        steps.map(({ step, threshold }) => [x(step / frameRate), y(threshold[t])]),
      );
      context.setLineDash([]);
    }
    context.strokeStyle = theme.ink;
    context.lineWidth = 1.5;
    line(context, [x(options.played()), 0], [x(options.played()), height - 14]);
  }
}

function line(context: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  curve(context, [from, to]);
}

function curve(context: CanvasRenderingContext2D, points: number[][]): void {
  context.beginPath();
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}
