import type { Strips } from "../live/strip";
import { canvas, type Ink } from "./canvas";
import { movesAt } from "./moves";
import { methodColour, traitColour, traitStyle } from "./palette";
import { peaksPerSecond } from "./peaks";
import { monitorOfRow, type TakeOnPage } from "./take";

export interface TimelineView {
  take?: TakeOnPage;
  row: 0 | 1;
  /** Traits whose curves are drawn. */
  traits: string[];
  /** Seconds from the take's beginning. */
  played: number;
  frameRate: number;
}

const wave = 88;
const gap = 12;
const trace = 96;
const lane = 28;
const axis = 20;

/**
 * The take on one axis of seconds: its waveform (the prompt shaded), then C(t) of the traits with their thresholds, then the
 * pushes as ticks as tall as they are strong.
 */
export function createTimeline(view: () => TimelineView, seek: (seconds: number) => void) {
  const label =
    "Place in the take. The picture shows its waveform, under it how likely each trait is there, and when it is pushed";
  const board = canvas(wave + gap + trace + lane + axis, label, (context, width, height, ink) => {
    const now = view();
    paint(context, width, height, ink, now);
    const whole = now.take ? secondsOf(now.take, now.frameRate) : 0;
    element.setAttribute("aria-valuemax", whole.toFixed(1));
    element.setAttribute("aria-valuenow", now.played.toFixed(1));
    element.setAttribute("aria-valuetext", `${now.played.toFixed(1)} of ${whole.toFixed(0)} seconds`);
  });
  const { element } = board;
  element.className = "timeline";
  for (const [name, value] of Object.entries({ role: "slider", tabindex: "0", "aria-valuemin": "0" }))
    element.setAttribute(name, value);
  element.addEventListener("click", ({ offsetX }) => {
    const { take, frameRate } = view();
    if (take) seek((offsetX / element.clientWidth) * secondsOf(take, frameRate));
  });
  element.addEventListener("keydown", (event) => {
    const { take, frameRate, played } = view();
    const end = take ? secondsOf(take, frameRate) : 0;
    const to = { ArrowLeft: played - 1, ArrowRight: played + 1, Home: 0, End: end }[event.key];
    if (!take || to === undefined) return;
    event.preventDefault();
    seek(Math.max(0, Math.min(end, to)));
  });
  return board;
}

export function secondsOf({ prompt, frames }: TakeOnPage, frameRate: number): number {
  return (prompt[0].length + frames) / frameRate;
}

function paint(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  ink: Ink,
  { take, row, traits, played, frameRate }: TimelineView,
): void {
  const promptSeconds = take ? take.prompt[0].length / frameRate : 3;
  const seconds = take ? secondsOf(take, frameRate) : 11;
  const x = (at: number) => (at / seconds) * width;
  const top = wave + gap;
  const bottom = top + trace;
  const y = (share: number) => bottom - share * trace;

  context.fillStyle = ink.shade;
  context.fillRect(0, 0, x(promptSeconds), wave);
  context.textBaseline = "alphabetic";
  if (take) {
    const peaks = take.peaks[row];
    const method = row === 0 ? methodOf(take) : "none";
    const tallest = Math.max(0.25, ...peaks);
    for (const [bin, peak] of peaks.entries()) {
      const at = bin / peaksPerSecond;
      context.fillStyle = at > played ? ink.wave : at < promptSeconds ? ink.quiet : methodColour(method);
      const tall = Math.max(1, (peak / tallest) * (wave - 8));
      context.fillRect(x(at), (wave - tall) / 2, Math.max(0.7, x(1 / peaksPerSecond) - 0.2), tall);
    }
  }
  context.fillStyle = ink.quiet;
  if (promptSeconds > 0 && x(promptSeconds) > 52) context.fillText("prompt", 4, 14);

  context.lineWidth = 1;
  context.strokeStyle = ink.line;
  for (const share of [0, 0.5, 1]) line(context, [0, y(share)], [width, y(share)]);
  line(context, [0, bottom + lane], [width, bottom + lane]);
  const stride = [1, 2, 5, 10, 20].find((each) => x(each) > 48) ?? 30;
  for (let at = 0; at < seconds; at += stride) {
    line(context, [x(at), bottom + lane], [x(at), bottom + lane + 4]);
    if (x(at) + 32 < width) context.fillText(`${at} s`, x(at) + 3, height - 4);
  }
  for (const share of [0, 0.5, 1])
    context.fillText(`${100 * share} %`, 4, y(share) + (share === 0 ? -3 : 12));

  if (take) {
    const at = (step: number) => x(promptSeconds + step / frameRate);
    const shown = traits.filter((trait) => take.traits.includes(trait));
    for (const trait of shown) curveOf(context, take, row, trait, at, y);
    for (const [place, trait] of shown.entries())
      pushes(context, take, trait, at, { bottom: bottom + lane, share: place, of: shown.length, row });
    labels(context, take, row, shown, {
      paper: ink.paper,
      width,
      y,
      played: played - promptSeconds,
      frameRate,
    });
  }
  context.strokeStyle = ink.text;
  context.lineWidth = 2;
  line(context, [x(played), 0], [x(played), bottom + lane]);
}

function curveOf(
  context: CanvasRenderingContext2D,
  take: TakeOnPage,
  row: 0 | 1,
  trait: string,
  at: (step: number) => number,
  y: (share: number) => number,
): void {
  const t = take.traits.indexOf(trait);
  context.strokeStyle = traitColour(trait);
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  path(
    context,
    take.threshold.map((each, step) => [at(step), y(each[t])]),
  );
  context.lineWidth = 2;
  context.setLineDash(traitStyle(trait).dash);
  path(
    context,
    monitorOfRow(take, row).map((each, step) => [at(step), y(each[t])]),
  );
  context.setLineDash([]);
}

function pushes(
  context: CanvasRenderingContext2D,
  take: TakeOnPage,
  trait: string,
  at: (step: number) => number,
  { bottom, share, of, row }: { bottom: number; share: number; of: number; row: number },
): void {
  if (row === 1) return;
  const t = take.traits.indexOf(trait);
  const tall = (lane - 6) / of;
  const floor = bottom - 1 - (of - 1 - share) * tall;
  for (const [step, each] of take.strength.entries()) {
    const strength = Math.min(1, Math.abs(each[t] ?? 0));
    if (strength === 0) continue;
    context.fillStyle = methodColour(movesAt(take.moves, step).strips[trait]?.method ?? "smitin");
    const height = Math.max(2, strength * (tall - 2));
    context.fillRect(at(step), floor - height, Math.max(1, at(1) - at(0) - 0.4), height);
  }
}

/** Each curve's name and value at the playhead, none on another. */
function labels(
  context: CanvasRenderingContext2D,
  take: TakeOnPage,
  row: 0 | 1,
  traits: string[],
  {
    paper,
    width,
    y,
    played,
    frameRate,
  }: { paper: string; width: number; y: (share: number) => number; played: number; frameRate: number },
): void {
  const monitor = monitorOfRow(take, row);
  const step = Math.min(monitor.length - 1, Math.max(0, Math.round(played * frameRate)));
  if (step < 0) return;
  const places = traits
    .map((trait) => ({ trait, C: monitor[step][take.traits.indexOf(trait)] }))
    .sort((a, b) => b.C - a.C);
  let last = Number.NEGATIVE_INFINITY;
  context.textAlign = "right";
  for (const { trait, C } of places) {
    last = Math.max(last + 15, Math.max(y(1) + 12, y(C) - 4));
    context.fillStyle = traitColour(trait);
    const words = played < 0 ? trait : `${trait} ${Math.round(100 * C)} %`;
    context.strokeStyle = paper;
    context.lineWidth = 4;
    context.strokeText(words, width - 4, last);
    context.fillText(words, width - 4, last);
  }
  context.textAlign = "left";
}

/** The method that steers anything, for the waveform's colour. */
function methodOf({ moves }: TakeOnPage): "none" | "iti" | "smitin" {
  const strips: Strips = moves.at(-1)?.strips ?? {};
  return Object.values(strips).find(({ on, alpha }) => on && alpha !== 0)?.method ?? "none";
}

function line(context: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  path(context, [from, to]);
}

function path(context: CanvasRenderingContext2D, points: number[][]): void {
  context.beginPath();
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}
