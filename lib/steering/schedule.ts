import { due } from "./smitin";

/**
 * When to intervene: the share of full strength at a step; 0 is off. Steps count from 0 at the first steered one.
 * A plain function of the step; one that thinks in seconds divides by the model's frame rate (steps a second), which it
 * is told when a take begins. Seconds count from the first steered step too: with `from: "new"`, from the prompt's end.
 * Time-varying strength: MusicRFM (arXiv 2510.19127), its section on schedules.
 */
export type Schedule = (step: number, frameRate: number) => number;

export function everyStep(): Schedule {
  return () => 1;
}

/** Steps 0, s, 2 s, ... (SMITIN: s = 5). @throws RangeError unless s is an integer from 1 */
export function every(s: number): Schedule {
  if (!Number.isInteger(s) || s < 1) throw new RangeError(`every: expected an integer from 1, found ${s}`);
  return (step) => due(step, s);
}

/**
 * Only the steps from `first` up to, not including, `end`, and there as `inside` says, counting from `first`.
 * @throws RangeError unless first <= end
 */
export function fromTo(first: number, end: number, inside: Schedule = everyStep()): Schedule {
  if (!(first <= end)) throw new RangeError(`fromTo: expected first <= end, found ${first} and ${end}`);
  return (step, frameRate) => (step >= first && step < end ? inside(step - first, frameRate) : 0);
}

/**
 * `fromTo` in seconds, each rounded to the nearest step.
 * @param end Infinity: to the end of the take
 * @throws RangeError unless 0 <= start <= end
 */
export function during(start: number, end: number, inside: Schedule = everyStep()): Schedule {
  span("during", start, end);
  return (step, frameRate) =>
    fromTo(Math.round(start * frameRate), Math.round(end * frameRate), inside)(step, frameRate);
}

/**
 * A straight way from one share to another between two times in seconds; before and after it stays at its ends.
 * @throws RangeError unless 0 <= start <= end, both finite, and shares are finite
 */
export function ramp(start: number, end: number, from = 0, to = 1): Schedule {
  span("ramp", start, end, Number.MAX_VALUE);
  return breakpoints([
    [start, from],
    [end, to],
  ]);
}

/** From nothing to full strength over the first seconds. @throws RangeError on a negative duration */
export function fadeIn(seconds: number): Schedule {
  span("fadeIn", 0, seconds, Number.MAX_VALUE);
  return ramp(0, seconds, 0, 1);
}

/** Full strength until `start` and nothing from `end` seconds on. @throws RangeError unless 0 <= start <= end */
export function fadeOut(start: number, end: number): Schedule {
  span("fadeOut", start, end, Number.MAX_VALUE);
  return ramp(start, end, 1, 0);
}

/**
 * A curve drawn by breakpoints [seconds, share], straight between them, level before the first and after the last. Two
 * points of one time make a step: the later one holds from then on.
 * @throws RangeError without points, on a number that is not finite, on times that go back
 */
export function breakpoints(points: [seconds: number, share: number][]): Schedule {
  if (points.length === 0) throw new RangeError("breakpoints: expected at least one point, found none");
  points.forEach(([seconds, share], i) => {
    if (!Number.isFinite(seconds) || !Number.isFinite(share)) {
      throw new RangeError(`breakpoints: expected finite numbers, found point [${seconds}, ${share}]`);
    }
    if (i > 0 && seconds < points[i - 1][0]) {
      throw new RangeError(
        `breakpoints: expected times in order, found ${seconds} after ${points[i - 1][0]}`,
      );
    }
  });
  return (step, frameRate) => {
    const time = step / frameRate;
    const next = points.findIndex(([seconds]) => seconds > time);
    if (next === 0) return points[0][1];
    if (next < 0) return points[points.length - 1][1];
    const [[t0, a], [t1, b]] = [points[next - 1], points[next]];
    return a + ((b - a) * (time - t0)) / (t1 - t0);
  };
}

/** All of them at once: their shares multiplied, as in `scheduleProduct(every(5), fadeIn(2))`. Off where any of them is. */
export function scheduleProduct(...schedules: Schedule[]): Schedule {
  return (step, frameRate) => {
    let share = 1;
    for (const schedule of schedules) {
      share *= schedule(step, frameRate);
      if (share === 0) break;
    }
    return share;
  };
}

function span(name: string, start: number, end: number, longest = Number.POSITIVE_INFINITY): void {
  if (start >= 0 && start <= end && start < Number.POSITIVE_INFINITY && end <= longest) return;
  throw new RangeError(`${name}: expected seconds 0 <= start <= end, found ${start} and ${end}`);
}
