import type { Intervention, Steer, SteerContext, Trace } from "../intervention";
import { type Taps, tapsByRows } from "../taps";

/** Rows that follow one another, steered by one intervention or by nothing. */
interface Group {
  steers: (Steer | undefined)[];
  intervention?: Intervention;
}

/** All that steers a batch, as one intervention. */
export interface SteeredRows extends Required<Omit<Intervention, "trace">> {
  /** A trace a row; none of rows that nothing steers. */
  traces(): (Trace | undefined)[];
}

/**
 * Start the steering of every row: rows that follow one another and are steered by the same function, or by methods that
 * can steer rows in different ways at once (`Steer.byRows`), share an intervention.
 */
export function steerRowsOf(steers: (Steer | undefined)[], context: Omit<SteerContext, "rows">): SteeredRows {
  const groups = grouped(steers);
  const dispose = () => {
    for (const { intervention } of groups) intervention?.dispose?.();
  };
  try {
    for (const group of groups) {
      group.intervention = oneSteer(group.steers)?.({ ...context, rows: group.steers.length });
    }
  } catch (error) {
    dispose();
    throw error;
  }
  const at = groups.flatMap(({ intervention }) => intervention ?? []);
  const none: Taps = new Map();
  return {
    taps: tapsByRows(
      groups.map(({ steers, intervention }) => ({ rows: steers.length, taps: intervention?.taps ?? none })),
    ),
    changesPrompt: at.some(({ changesPrompt }) => changesPrompt !== false),
    begin(passage) {
      for (const { begin } of at) begin?.(passage);
    },
    end(passage) {
      for (const { end } of at) end?.(passage);
    },
    traces: () =>
      groups.flatMap(({ steers, intervention }) => {
        const traces = intervention?.trace?.();
        return steers.map((steer, row) => steer && traces?.[row]);
      }),
    dispose,
  };
}

function grouped(steers: (Steer | undefined)[]): Group[] {
  const groups: Group[] = [];
  for (const steer of steers) {
    const last = groups.at(-1);
    if (last && canShare(last.steers, steer)) last.steers.push(steer);
    else groups.push({ steers: [steer] });
  }
  return groups;
}

function canShare(steers: (Steer | undefined)[], next: Steer | undefined): boolean {
  if (steers.every((steer) => steer === next)) return true;
  const makers = new Set([...steers, next].flatMap((steer) => (steer ? [steer.byRows] : [])));
  return makers.size === 1 && !makers.has(undefined);
}

function oneSteer(steers: (Steer | undefined)[]): Steer | undefined {
  const [first] = steers;
  if (steers.every((steer) => steer === first)) return first;
  return steers.find((steer) => steer !== undefined)?.byRows?.(steers);
}
