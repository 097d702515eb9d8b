import type { Seen } from "../../../live/liveSteer";
import { canvas, colours } from "./canvas";
import { h } from "./elements";
import { legend, sign } from "./legend";
import type { Peaks } from "./peaks";
import {
  type Axes,
  curves,
  drawFrame,
  lane,
  left,
  path,
  right,
  seconds,
  type Theme,
  wave,
} from "./scopeFrame";
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
    element: h("div", { class: "sm-scope" }, element, meanings(traits)),
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
    const floor = bottom + 6 + lane * traits.length;
    const axes: Axes = {
      top,
      floor,
      x: (at) => left + (at / options.seconds()) * (end - left),
      y: (share) => bottom - share * curves,
      end,
      bottom,
    };
    const { x } = axes;
    context.font = "11px Arial, sans-serif";
    if (prompt() > 0) {
      context.fillStyle = theme.shade;
      context.fillRect(x(0), 0, x(prompt()) - x(0), floor);
    }
    peaks?.paint(context, chosen, { x, height: waveHeight, theme });
    drawFrame(context, axes, theme, {
      hasSound: peaks !== undefined,
      prompt: prompt(),
      seconds: options.seconds(),
    });
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
      shown.flatMap(({ step, threshold }) => {
        const level = threshold[t];
        return level === null ? [] : [place(step, level)];
      }),
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

/** What colours, lines, dashes and bars mean. */
function meanings(traits: TraitLook[]): HTMLElement {
  const swatch = () => h("i", { class: "sm-sign sm-swatch" });
  return legend(
    ...traits.map(({ name, style }) =>
      h("b", { class: "sm-trait", style: traitProperties(style) }, swatch(), name),
    ),
    sign("line", "C(t): probability that it is there"),
    sign("dash", "threshold"),
    sign("bars", "push, share of full strength"),
  );
}
