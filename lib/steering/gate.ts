/** Turns the intervention up and down by what the monitor saw last: C in [0, 1] -> share of full strength. */
export type Control = (monitor: number) => number;

/**
 * Makes the control of one row of one take, so that a control may remember what it saw. It is asked once at every
 * position, in order, also where the schedule is off (a prompt steered from its start is one position, with C = 0).
 */
export interface Gate {
  /** @param frameRate positions a second */
  (frameRate: number): Control;
  /** the same as plain data, where it can be: what a plan file and a sweep's cells need (`encodePlan`) */
  data?: GateData;
  /** the level of C at which it turns, for those who draw it; where it is absent, that of `data` */
  threshold?: number;
}

/** The level of C at which a gate turns, as it says itself or in its data (`threshold`, `target`); NaN where it says none. */
export function levelOf({ threshold, data }: Gate): number {
  const level = threshold ?? data?.threshold ?? data?.target;
  return typeof level === "number" ? level : Number.NaN;
}

/** A gate as plain data: `kind` says which of gates.ts reads it. */
export type GateData = { kind: string } & Record<string, string | number>;

/** What a gate is for: the level of C at which it turns, and whether the trait is to come or to go. */
export interface GateAim {
  threshold: number;
  until: "present" | "absent";
}

/** A gate that can be asked for by its name: a line of gates.ts. */
export interface GateKind {
  /** What the console calls it. */
  label: string;
  /** Numbers that may be set by name. */
  settings: string[];
  /** @throws RangeError on impossible settings */
  make(aim: GateAim, settings: Record<string, number>): Gate;
  /** The gate whose `data` this is. @throws RangeError on impossible data */
  read(data: GateData): Gate;
}
