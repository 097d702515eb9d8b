import { fadeSeconds } from "./defaults";
import { readNamed } from "./notation";
import {
  breakpoints,
  during,
  every,
  everyStep,
  fadeIn,
  fadeOut,
  fromTo,
  ramp,
  type Schedule,
  scheduleProduct,
} from "./schedule";

/** A schedule that can be asked for in words. */
export interface ScheduleKind {
  make(...numbers: number[]): Schedule;
  /** What it takes, in order; what ends in ? may be left out, ... stands for any number of them. */
  takes: string[];
  /** What the console calls it, and the numbers it has there; without it the console does not offer it. */
  console?: { label: string; numbers: number[] };
}

/**
 * Every schedule by its name: what TypeScript, sweeps, the console and the command line know. To add one, write it in a file
 * of its own and give it a line here.
 */
export const schedules: Record<string, ScheduleKind> = {
  everyStep: { make: everyStep, takes: [] },
  every: { make: every, takes: ["steps"] },
  fromTo: { make: (first, end) => fromTo(first, end), takes: ["first", "end"] },
  during: { make: (start, end) => during(start, end), takes: ["start", "end"] },
  ramp: { make: ramp, takes: ["start", "end", "from?", "to?"] },
  fadeIn: {
    make: fadeIn,
    takes: ["seconds"],
    console: { label: `fade in (${fadeSeconds} s)`, numbers: [fadeSeconds] },
  },
  fadeOut: {
    make: fadeOut,
    takes: ["start", "end"],
    console: { label: `fade out (${fadeSeconds} s)`, numbers: [0, fadeSeconds] },
  },
  breakpoints: {
    make: (...numbers) => breakpoints(pairsOf(numbers)),
    takes: ["seconds", "share", "..."],
  },
};

/**
 * A schedule in words: those of the table, multiplied, as in `every(5) * fadeIn(2)`.
 * @throws RangeError on words that say no schedule, with those that there are
 */
export function scheduleOf(words: string): Schedule {
  const parts = words.split("*").map((part) => {
    const { name, numbers, settings } = readNamed(part, "schedule");
    if (!Object.hasOwn(schedules, name))
      throw new RangeError(`schedule: expected ${scheduleWords()}, found "${words}"`);
    const { make, takes } = schedules[name];
    const least = takes.filter((one) => one !== "..." && !one.endsWith("?")).length;
    const most = takes.includes("...") ? Number.POSITIVE_INFINITY : takes.length;
    if (Object.keys(settings).length > 0 || numbers.length < least || numbers.length > most)
      throw new RangeError(`schedule: expected ${name}(${takes.join(", ")}), found "${part.trim()}"`);
    return make(...numbers);
  });
  return parts.length === 1 ? parts[0] : scheduleProduct(...parts);
}

/** A schedule, given itself or in words. */
export function asSchedule(schedule: Schedule | string): Schedule {
  return typeof schedule === "string" ? scheduleOf(schedule) : schedule;
}

/** What can be asked for, in words. */
export function scheduleWords(): string {
  return Object.entries(schedules)
    .map(([name, { takes }]) => (takes.length > 0 ? `${name}(${takes.join(", ")})` : name))
    .join(", ");
}

function pairsOf(numbers: number[]): [number, number][] {
  if (numbers.length % 2 !== 0)
    throw new RangeError(
      `breakpoints: expected seconds and share of each point, found ${numbers.length} numbers`,
    );
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
}
