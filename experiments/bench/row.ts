import { median } from "../../lib/math/statistics";
import type { Reference } from "./reference";

/** One line of the bench. Times are medians over n rounds. */
export interface BenchRow {
  what: string;
  shape: string;
  /** Rows or clips at once; null where nothing is batched. */
  batch: number | null;
  engine: string;
  ms: number;
  /** The same work in Python, where it is installed. */
  referenceMs: number | null;
  /** reference ms / ms: above 1 the lab is faster. */
  ratio: number | null;
  /** Percent over the same work without taps: the median over rounds. */
  over: number | null;
  n: number;
  /** What was measured, where it is not all of it; why there is no reference. */
  note: string;
}

/** What every part of the bench needs. */
export interface Bench {
  engine: string;
  /** Python, or in words why there is none. */
  reference: Reference | string;
  /** A time for each comparison, in seconds, and rounds that it gets at least. */
  rounds: { seconds: number; least: number };
  /** Few and small: proves that the bench runs. */
  isQuick: boolean;
  /** Nothing extrapolated. */
  isFull: boolean;
  emit(row: BenchRow): void;
}

/**
 * A row from the rounds of the lab, of the reference (where it ran) and of the lab without taps (where there are any).
 * @param times what one round's milliseconds are multiplied by: 4 when a round did a quarter of the work
 */
export function row(
  bench: Bench,
  about: Pick<BenchRow, "what" | "shape" | "batch"> & { engine?: string; note?: string; times?: number },
  { ours, theirs, plain }: { ours: number[]; theirs?: number[]; plain?: number[] },
): BenchRow {
  const { times = 1, note, engine = bench.engine, ...rest } = about;
  const ms = times * median(ours);
  const referenceMs = theirs ? times * median(theirs) : null;
  const missing = typeof bench.reference === "string" ? `no reference: ${bench.reference}` : undefined;
  return {
    ...rest,
    engine,
    ms,
    referenceMs,
    ratio: referenceMs === null ? null : referenceMs / ms,
    over: plain ? 100 * (median(ours.map((value, round) => value / plain[round])) - 1) : null,
    n: ours.length,
    note: [note, missing].filter(Boolean).join("; "),
  };
}

/** The contender of the reference, under a name of its own, or nobody where there is no reference. */
export function theirs(
  { reference }: Bench,
  name: string,
  op: string,
  parameters: Record<string, unknown>,
): Record<string, () => Promise<number>> {
  return typeof reference === "string" ? {} : { [name]: () => reference.ask(op, parameters) };
}

/** Have the reference prepare something, where there is one. */
export async function prepare(
  { reference }: Bench,
  op: string,
  parameters: Record<string, unknown>,
): Promise<void> {
  if (typeof reference !== "string") await reference.ask(op, parameters);
}

/** Milliseconds that some work takes. */
export async function clock(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
