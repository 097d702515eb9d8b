import type { Seen } from "../../../live/liveSteer";
import { canvas, colours } from "./canvas";
import { h } from "./elements";
import type { Peaks } from "./peaks";
import { type TraitLook, traitProperties } from "./traitLook";
import type { View } from "./view";

export interface ScopeOptions {
  traits: TraitLook[];
  frameRate: number;
  /** The sound, where there is one to show. */
  peaks?: Peaks;
  /** Seconds of a prompt at the beginning; steps count from its end. */
  prompt?(): number;
  /** The axis' length. */
  seconds(): number;
  /** Where the playhead stands. */
  played(): number;
  /** Go to another moment; without it nobody can. */
  seek?(seconds: number): void;
}

/** Waveform above, the monitors' C(t) with their thresholds, and the pushes below, on one axis of seconds. */
export interface Scope {
  element: HTMLElement;
  begin(): void;
  seen(steps: Seen[]): void;
  /** Which row is shown: 0 the steered one, 1 the one that nothing steers. */
  choose(row: number): void;
  ask(): void;
}

const [left, right] = [38, 8]; // of the axes, in pixels
const [wave, curves, lane, seconds] = [84, 92, 16, 18]; // heights: sound, C(t), the pushes of one trait, the axis

/** Where values stand in the picture. */
interface Axes {
  x(seconds: number): number;
  y(share: number): number;
  end: number;
  bottom: number;
}

export function createScope(view: View<object>, options: ScopeOptions): Scope {
  const { traits, frameRate, peaks, prompt = () => 0, seek } = options;
  const waveHeight = peaks ? wave : 0;
  const top = waveHeight + 10;
  const height = top + curves + 6 + lane * traits.length + seconds;
  let steps: Seen[] = [];
  let chosen = 0;

  const board = canvas(view, height, paint);
  const { element } = board;
  const label = `${peaks ? "waveform, and " : ""}the monitor's probability with its threshold: ${traits.map(({ name }) => name).join(", ")}`;
  element.setAttribute("aria-label", label);
  element.setAttribute("role", seek ? "slider" : "img");
  if (seek) listen(seek);
  board.ask();

  return {
    element: h("div", { class: "sm-scope" }, element, legend(traits)),
    ask: board.ask,
    begin() {
      steps = [];
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

  /** Pointer and arrow keys go to a moment of the take. */
  function listen(go: (seconds: number) => void): void {
    element.tabIndex = 0;
    element.style.cursor = "pointer";
    const to = (at: number) => {
      go(Math.max(0, Math.min(options.seconds(), at)));
      board.ask();
    };
    const point = ({ offsetX }: MouseEvent) => {
      const width = element.clientWidth - left - right;
      to(((offsetX - left) / width) * options.seconds());
    };
    element.addEventListener("click", point);
    element.addEventListener("keydown", (event) => {
      const targets: Record<string, number> = {
        ArrowLeft: options.played() - 1,
        ArrowRight: options.played() + 1,
        Home: 0,
      };
      if (!(event.key in targets)) return;
      to(targets[event.key]);
      event.preventDefault();
    });
  }

  function paint(context: CanvasRenderingContext2D, width: number): void {
    const theme = colours(element);
    const [end, bottom] = [width - right, top + curves];
    const axes: Axes = {
      x: (at) => left + (at / options.seconds()) * (end - left),
      y: (share) => bottom - share * curves,
      end,
      bottom,
    };
    const { x } = axes;
    const floor = bottom + 6 + lane * traits.length;
    context.font = "11px Arial, sans-serif";
    if (prompt() > 0) {
      context.fillStyle = theme.shade;
      context.fillRect(x(0), 0, x(prompt()) - x(0), floor);
    }
    peaks?.paint(context, chosen, { x, height: waveHeight, theme });
    frame(context, axes, theme);
    const isSteered = chosen === 0;
    for (const [t, { style }] of traits.entries()) {
      const colour = style[theme.theme];
      if (isSteered) pushes(context, t, colour, axes);
      curve(context, t, colour, axes);
    }
    context.fillStyle = theme.quiet;
    if (!isSteered) context.fillText("unsteered: nothing is pushed", left + 4, bottom + 6 + lane - 4);
    names(context, axes, theme);
    if (!seek) return;
    const at = options.played();
    element.setAttribute("aria-valuemin", "0");
    element.setAttribute("aria-valuemax", options.seconds().toFixed(1));
    element.setAttribute("aria-valuenow", at.toFixed(1));
    element.setAttribute("aria-valuetext", `${at.toFixed(1)} of ${options.seconds().toFixed(1)} seconds`);
    context.strokeStyle = theme.ink;
    context.lineWidth = 1.5;
    path(context, [
      [x(at), 0],
      [x(at), floor],
    ]);
  }

  /** Axes, their names and ticks. */
  function frame(context: CanvasRenderingContext2D, { x, y, end, bottom }: Axes, theme: Theme): void {
    const floor = bottom + 6 + lane * traits.length;
    context.strokeStyle = theme.line;
    context.fillStyle = theme.quiet;
    context.lineWidth = 1;
    context.textAlign = "right";
    for (const [share, tick] of [
      [0, "0"],
      [0.5, ".5"],
      [1, "1"],
    ] as const) {
      path(context, [
        [left, y(share)],
        [end, y(share)],
      ]);
      context.fillText(tick, left - 5, y(share) + (share === 1 ? 8 : share === 0 ? 0 : 4));
    }
    context.fillText("push", left - 5, bottom + 6 + lane - 4);
    if (peaks) context.fillText("sound", left - 5, waveHeight / 2 + 4);
    context.fillText("C(t)", left - 5, y(0.75) + 4);
    context.textAlign = "left";
    path(context, [
      [left, floor],
      [end, floor],
    ]);
    const whole = options.seconds();
    const stride = [0.5, 1, 2, 5, 10, 20, 60].find((each) => x(each) - x(0) > 42) ?? 120;
    for (let at = 0; at <= whole + 1e-9; at += stride) {
      path(context, [
        [x(at), floor],
        [x(at), floor + 4],
      ]);
      context.textAlign = x(at) + 24 > end ? "right" : at === 0 ? "left" : "center";
      context.fillText(`${at} s`, x(at), floor + 15);
    }
    context.textAlign = "left";
    if (prompt() > 0 && x(prompt()) - x(0) > 44) context.fillText("prompt", left + 4, top - 1 + 12);
  }

  function pushes(context: CanvasRenderingContext2D, t: number, colour: string, { x, bottom }: Axes): void {
    const base = bottom + 6 + lane * (t + 1) - 1;
    context.fillStyle = colour;
    for (const { step, strength } of steps) {
      const share = Math.min(1, Math.abs(strength[t]));
      const at = prompt() + step / frameRate;
      if (share === 0 || at >= options.seconds()) continue;
      const tall = Math.max(2, (lane - 4) * share);
      context.fillRect(x(at), base - tall, Math.max(1, x(1 / frameRate) - x(0)), tall);
    }
  }

  function curve(context: CanvasRenderingContext2D, t: number, colour: string, { x, y }: Axes): void {
    const shown = steps.filter(({ step }) => prompt() + step / frameRate <= options.seconds());
    const place = (step: number, share: number) => [x(prompt() + step / frameRate), y(share)];
    context.strokeStyle = colour;
    context.lineWidth = 2;
    path(
      context,
      shown.flatMap(({ step, monitor, unsteered }) => {
        const C = chosen === 0 ? monitor[t] : unsteered?.[t];
        return C === undefined ? [] : [place(step, C)];
      }),
    );
    context.lineWidth = 1;
    context.setLineDash([5, 4]);
    path(
      context,
      shown.map(({ step, threshold }) => place(step, threshold[t])),
    );
    context.setLineDash([]);
  }

  /** Each trait's name at its curve's end, none on another. */
  function names(context: CanvasRenderingContext2D, { x, y }: Axes, theme: Theme): void {
    const last = steps.at(-1);
    const values = chosen === 0 ? last?.monitor : last?.unsteered;
    if (!last || !values) return;
    const at = Math.min(options.seconds(), prompt() + last.step / frameRate);
    let above = Number.NEGATIVE_INFINITY;
    context.textAlign = "right";
    for (const { name, style, C } of traits
      .map((trait, t) => ({ ...trait, C: values[t] }))
      .sort((a, b) => b.C - a.C)) {
      above = Math.max(above + 13, Math.max(y(1) + 10, y(C) - 4));
      context.strokeStyle = theme.paper;
      context.lineWidth = 4;
      const words = `${name} ${C.toFixed(2)}`;
      const edge = Math.max(x(at), left + 10 + context.measureText(words).width);
      context.strokeText(words, edge - 2, above);
      context.fillStyle = style[theme.theme];
      context.fillText(words, edge - 2, above);
    }
    context.textAlign = "left";
  }
}

type Theme = ReturnType<typeof colours>;

/** What colours, lines, dashes and bars mean. */
function legend(traits: TraitLook[]): HTMLElement {
  const sign = (kind: string, words: string) => h("span", {}, h("i", { class: `sm-sign sm-${kind}` }), words);
  return h(
    "div",
    { class: "sm-legend" },
    ...traits.map(({ name, style }) =>
      h(
        "b",
        { class: "sm-trait", style: traitProperties(style) },
        h("i", { class: "sm-sign sm-swatch" }),
        name,
      ),
    ),
    sign("line", "C(t): probability that it is there"),
    sign("dash", "threshold"),
    sign("bars", "push, share of full strength"),
  );
}

function path(context: CanvasRenderingContext2D, points: number[][]): void {
  context.beginPath();
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}
