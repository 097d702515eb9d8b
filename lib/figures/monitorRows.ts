import { type Audio, duration } from "../audio/audio";

/** A take and what its monitor saw; a take that nothing watched has no trace. */
export interface MonitoredTake {
  audio: Audio;
  /** Frames of the prompt, at the start of the audio. */
  promptFrames: number;
  trace?: MonitorSeries;
}

/** What one trait's monitor saw, step by step. */
export interface TraitSeries {
  trait: string;
  /** C(t): probability that the trait is there, 0 to 1; empty when nothing was monitored. */
  monitor: ArrayLike<number>;
  /** The level of C at which the gate turns (tau, for SMITIN); NaN when nothing was monitored, or where nobody knows it. */
  threshold: number;
  /** Share of the full strength that was used at the step; 0 is off. */
  strength: ArrayLike<number>;
}

/** The monitor at a take's steps, in order: what steering leaves as a take's trace. */
export interface MonitorSeries {
  /** Frame of the take, counted from the prompt's first. */
  step: ArrayLike<number>;
  /** Every trait of the take. */
  traits: TraitSeries[];
}

/** What one trait's monitor saw of one take, at its steps' times in seconds. */
export type Row = TraitSeries & { takeIndex: number; time: number[] };

/** One trait in the takes that were steered or watched for it. */
export interface TraitRow {
  trait: string;
  /** Those that were monitored. */
  monitored: Row[];
  /** Those that something was done to. */
  pushed: Row[];
  /** Levels of C at which gates turn, each once and the highest first, with what they are called. */
  levels: { threshold: number; name: string }[];
}

/**
 * The traits of all takes, in the order they come up.
 * @param names of the takes, by which levels are told apart
 * @throws Error when no take has a monitor's trace
 */
export function rowsOf(
  takes: MonitoredTake[],
  { frameRate, trait, names }: { frameRate: number; trait?: string; names: string[] },
): TraitRow[] {
  const traits = new Set(takes.flatMap(({ trace }) => trace?.traits.map((one) => one.trait) ?? []));
  const [only = ""] = trait === undefined ? traits : [trait];
  const found = new Map<string, Row[]>();
  for (const [takeIndex, { audio, trace }] of takes.entries()) {
    if (!trace) continue;
    const end = duration(audio); // the last steps only bring the later codebooks of the last frames
    const steps = Array.from(trace.step).filter((frame) => frame / frameRate < end);
    const time = steps.map((frame) => Number((frame / frameRate).toFixed(4)));
    for (const series of trace.traits) {
      const key = traits.size > 1 ? series.trait : only;
      const [monitor, strength] = [series.monitor, series.strength].map((values) =>
        Array.from(values).slice(0, steps.length),
      );
      const row = { ...series, trait: key, takeIndex, time, monitor, strength };
      found.set(key, [...(found.get(key) ?? []), row]);
    }
  }
  const rows = [...found].map(([key, all]): TraitRow => {
    const monitored = all.filter(({ monitor }) => monitor.length > 0);
    const pushed = all.filter(({ strength }) => Array.from(strength).some((share) => share !== 0));
    const steered = monitored.filter((row) => pushed.includes(row));
    const gated = steered.length > 0 ? steered : monitored; // beside steered takes, nobody's gate turns in the others
    return { trait: key, monitored, pushed, levels: levelsOf(gated, traits.size > 1 ? key : "", names) };
  });
  if (rows.every(({ monitored }) => monitored.length === 0))
    throw new Error("nothing to draw: expected at least one take with a monitor's trace, found none");
  return rows;
}

/** "threshold 0.62", "threshold of drums 0.62", and with the takes' names where these have several. */
function levelsOf(monitored: Row[], trait: string, names: string[]): TraitRow["levels"] {
  const known = [...new Set(monitored.map(({ threshold }) => threshold))].filter(Number.isFinite);
  return known
    .sort((a, b) => b - a)
    .map((threshold) => {
      const takes = monitored.filter((row) => row.threshold === threshold);
      const whose = known.length > 1 ? takes.map(({ takeIndex }) => names[takeIndex]).filter(Boolean) : [];
      const of = [trait, whose.join(" and ")].filter(Boolean).join(", ");
      return { threshold, name: `threshold ${of && `of ${of} `}${threshold.toFixed(2)}` };
    });
}
