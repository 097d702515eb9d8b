import type { Gate, GateAim, GateKind } from "./gate";

export interface PidOptions {
  /** C to hold */
  target: number;
  /** share of full strength for an error of 1 */
  proportional?: number;
  /** share a second of an error of 1 */
  integral?: number;
  /** share for an error that changes by 1 a second */
  derivative?: number;
  /** least and most share; below 0 it pushes the trait away */
  range?: [low: number, high: number];
}

/**
 * A PID controller on the monitor's error e = target - C, at every new position (arXiv 2606.18790, temporal PID):
 * share = proportional e + integral (sum of e dt) + derivative de/dt, kept within the range, dt = 1 / frame rate.
 * While the share is cut off at an end of the range, errors that push further beyond it are not added up (anti-windup by
 * conditional integration; Astrom & Hagglund 1995). At the first position de/dt is 0.
 * The derivative is off by default: C jumps from step to step.
 * @throws RangeError on a target outside [0, 1], a gain that is negative or not finite, an empty range
 */
export function pid({
  target,
  proportional = 2,
  integral = 0.5,
  derivative = 0,
  range: [low, high] = [0, 1],
}: PidOptions): Gate {
  if (!(target >= 0 && target <= 1)) {
    throw new RangeError(`target: expected a probability from 0 to 1, found ${target}`);
  }
  for (const [name, gain] of Object.entries({ proportional, integral, derivative })) {
    if (!(gain >= 0 && Number.isFinite(gain))) {
      throw new RangeError(`${name}: expected a number from 0, found ${gain}`);
    }
  }
  if (!(low < high && Number.isFinite(low) && Number.isFinite(high))) {
    throw new RangeError(`range: expected two finite numbers, low < high, found ${low} and ${high}`);
  }
  const gate: Gate = (frameRate) => {
    let sum = 0; // of e dt, in seconds
    let last: number | undefined; // e of the position before
    return (monitor) => {
      const error = target - monitor;
      const change = (error - (last ?? error)) * frameRate;
      last = error;
      const share = (added: number) => proportional * error + integral * added + derivative * change;
      const longer = sum + error / frameRate;
      const asked = share(longer);
      const isWindingUp = (asked > high && error > 0) || (asked < low && error < 0);
      if (!isWindingUp) sum = longer;
      return Math.min(high, Math.max(low, share(sum)));
    };
  };
  const data = { kind: "pid", target, proportional, integral, derivative, low, high };
  return Object.assign(gate, { data });
}

const gains = ["proportional", "integral", "derivative"] as const;

export const pidKind: GateKind = {
  label: "hold at threshold",
  settings: ["target", ...gains, "low", "high"],
  make: ({ threshold, until }, { target = threshold, ...settings }) => held(target, until, settings),
  read: ({ target, until, kind: _, ...numbers }) =>
    held(Number(target), until === "absent" ? until : "present", numbers as Record<string, number>),
};

/** Holds C at a level. Where the trait is to go, the controller is shown 1 - C: a positive share then drives it away. */
function held(level: number, until: GateAim["until"], settings: Record<string, number>): Gate {
  const { low = 0, high = 1 } = settings;
  const given = Object.fromEntries(
    gains.filter((name) => settings[name] !== undefined).map((name) => [name, settings[name]]),
  );
  const gate = pid({ ...given, target: until === "absent" ? 1 - level : level, range: [low, high] });
  if (until === "present") return gate;
  const mirrored: Gate = (frameRate) => {
    const control = gate(frameRate);
    return (monitor) => control(1 - monitor);
  };
  return Object.assign(mirrored, { data: { ...gate.data!, target: level, until } });
}
