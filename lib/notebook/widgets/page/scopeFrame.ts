import type { colours } from "./canvas";

export type Theme = ReturnType<typeof colours>;

/** Pixels that the axes leave at the sides. */
export const [left, right] = [38, 8];
/** Heights in pixels: sound, C(t), the pushes of one trait, the axis of seconds. */
export const [wave, curves, lane, seconds] = [84, 92, 16, 18];

/** Where values stand in the picture. */
export interface Axes {
  x(seconds: number): number;
  y(share: number): number;
  end: number;
  /** Where C(t) begins, its zero, and the axis of seconds. */
  top: number;
  bottom: number;
  floor: number;
}

/** Axes, their names and ticks. */
export function drawFrame(
  context: CanvasRenderingContext2D,
  { x, y, end, top, bottom, floor }: Axes,
  theme: Theme,
  { hasSound, prompt, seconds: whole }: { hasSound: boolean; prompt: number; seconds: number },
): void {
  context.strokeStyle = theme.line;
  context.fillStyle = theme.quiet;
  context.lineWidth = 1;
  context.textAlign = "right";
  for (const [share, tick, down] of [
    [0, "0", 0],
    [0.5, ".5", 4],
    [1, "1", 8],
  ] as const) {
    path(context, [
      [left, y(share)],
      [end, y(share)],
    ]);
    context.fillText(tick, left - 5, y(share) + down);
  }
  context.fillText("push", left - 5, bottom + 6 + lane - 4);
  if (hasSound) context.fillText("sound", left - 5, wave / 2 + 4);
  context.fillText("C(t)", left - 5, y(0.75) + 4);
  path(context, [
    [left, floor],
    [end, floor],
  ]);
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
  if (prompt > 0 && x(prompt) - x(0) > 44) context.fillText("prompt", left + 4, top + 11);
}

/** A line through points. */
export function path(context: CanvasRenderingContext2D, points: number[][]): void {
  context.beginPath();
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}
