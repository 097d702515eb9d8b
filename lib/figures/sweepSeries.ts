import { shades } from "./colour";
import type { Interval } from "./figure";
import { seriesColour } from "./theme";

/** One setting of a sweep, summed up over its takes. */
export interface SweepPoint {
  method: string;
  /** Strength; null for a method without one, the reference. */
  alpha: number | null;
  /** How many heads; where points of a method differ in it, each has a line of its own. So for the two below. */
  topK?: number | "all" | null;
  direction?: string | null;
  schedule?: string | null;
  /** Share of takes in which the judge hears the trait, 0 to 1. */
  success: number;
  /** 95 % interval of the success. */
  interval: Interval;
  /** How much of the prompt is kept, or how far from it the take is (see the figures' `coherence` option). */
  coherence?: number;
  coherenceInterval?: Interval;
  /** Takes. */
  n?: number;
}

/** What `sweepSteering` gives: its summary says what there is to draw. */
export interface SummedSweep {
  summary: (Omit<SweepPoint, "success" | "interval"> & {
    success: number | null;
    interval: Interval | null;
    similarity: number | null;
    similarityInterval: Interval | null;
  })[];
}

/** How sweeps are drawn. */
export interface SweepFigureOptions {
  title?: string;
  subtitle?: string;
  /** The second panel's title, or its axis's: what coherence means. */
  coherence?: string;
}

/** Points that one line goes through. */
export interface SweepSeries {
  /** "ITI", or "ITI, K 16" where there are several of a method. */
  name: string;
  colour: string;
  /** plotly's, for its points: lines of one method differ in it. */
  symbol: string;
  /** By alpha. */
  points: SweepPoint[];
  /** Without an alpha. */
  isReference: boolean;
}

/**
 * The points of a list or of a sweep.
 * @throws Error when there are none, or nobody judged them
 */
export function pointsOf(sweep: SweepPoint[] | SummedSweep): SweepPoint[] {
  const points = Array.isArray(sweep)
    ? sweep
    : sweep.summary.map(({ success, interval, similarity, similarityInterval, ...rest }): SweepPoint => {
        if (success === null || interval === null)
          throw new Error("nothing to draw: expected a sweep with a judge's decisions, found one without");
        return {
          ...rest,
          success,
          interval,
          coherence: similarity ?? undefined,
          coherenceInterval: similarityInterval ?? undefined,
        };
      });
  if (points.length === 0)
    throw new Error("nothing to draw: expected at least one point of a sweep, found none");
  return points;
}

/** Points in lines, named by what differs within their method and in shades of its colour. */
export function seriesOf(points: SweepPoint[]): SweepSeries[] {
  const methods = [...new Set(points.map(({ method }) => method))];
  return methods.flatMap((method, place) => {
    const mine = points.filter((point) => point.method === method);
    const differing = traits.filter(({ of }) => new Set(mine.map(of)).size > 1);
    const groups = new Map<string, SweepPoint[]>();
    for (const point of mine) {
      const name = [methodName(method), ...differing.map(({ of, say }) => say(of(point)))].join(", ");
      groups.set(name, [...(groups.get(name) ?? []), point]);
    }
    const colour = seriesColour(methodName(method), place);
    const colours = shades(colour, groups.size);
    return [...groups].map(
      ([name, group], i): SweepSeries => ({
        name,
        colour: colours[i],
        symbol: symbols[i % symbols.length],
        points: group.sort((a, b) => (a.alpha ?? 0) - (b.alpha ?? 0)),
        isReference: group.every(({ alpha }) => alpha === null),
      }),
    );
  });
}

/** "n = 100 takes a point", or nothing where numbers differ. */
export function countOf(points: SweepPoint[]): string {
  const counts = [...new Set(points.flatMap(({ n }) => n ?? []))];
  return counts.length === 1 ? `n = ${counts[0]} takes a point` : "";
}

/** Whether points tell how much of the prompt is kept: what a second panel is for. */
export function haveCoherence(points: SweepPoint[]): boolean {
  return points.some(({ coherence }) => coherence !== undefined);
}

/** "0.812 to 0.934". */
export function coherenceRange([low, high]: Interval): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

/** ", n = 40" after an interval; nothing where n is not known. */
export function takesOf({ n }: SweepPoint): string {
  return n === undefined ? "" : `, n = ${n}`;
}

const symbols = ["circle", "square", "diamond", "triangle-up", "x", "star", "triangle-down", "cross"];

const shown: Record<string, string> = { iti: "ITI", smitin: "SMITIN" };

/** A method as it is written. */
export function methodName(method: string): string {
  return shown[method] ?? method;
}

type Trait = { of: (point: SweepPoint) => unknown; say: (value: unknown) => string };

const traits: Trait[] = [
  { of: ({ topK }) => topK, say: (k) => (k === "all" ? "all heads" : `K ${k}`) },
  { of: ({ direction }) => direction, say: String },
  { of: ({ schedule }) => schedule, say: String },
];
