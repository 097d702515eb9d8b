import type { Passage, Steer, Trace } from "../model/intervention";
import { site, type Tap, type Taps } from "../model/taps";
import type { ProbeSet } from "../probes/probe";
import { ablate, type Head } from "../steering/ablate";
import type { Control, Gate } from "../steering/gate";
import { intervene, type SteeringIntervention } from "../steering/intervene";
import type { Channel, Plan } from "../steering/plan";
import { planOf, type Strip, type Strips, watching } from "./strip";

/** A change of the strips or of the muted heads, from this step on. */
export interface Move {
  /** counted from the first new frame */
  step: number;
  strips: Strips;
  /** Heads whose z is zero; none where it is left out. */
  muted?: readonly Head[];
}

/** What the monitors saw at one step, a number a trait. */
export interface Seen {
  step: number;
  /** Of the steered row. */
  monitor: number[];
  /** Of the row that nothing steers, where there is one beside it. */
  unsteered?: number[];
  /** Null where nobody knows the level at which the gate turns. */
  threshold: (number | null)[];
  strength: number[];
}

export interface LiveSteerOptions {
  probes: Record<string, ProbeSet>;
  /** What holds at a step: asked before each; another object than before is a move. */
  stripsAt(step: number): Strips;
  /** Heads that are muted at a step (ablation), asked for in the same way. Default: none. */
  mutedAt?(step: number): readonly Head[];
  onMove?(move: Move): void;
  onStep?(seen: Seen): void;
}

/**
 * Steering whose settings may change between two steps. The first row is steered, further rows are only monitored. At a
 * move the plan is made anew; gates that stay the same keep their memory, and C goes on where it was.
 */
export function liveSteer({ probes, stripsAt, mutedAt, onMove, onStep }: LiveSteerOptions): Steer {
  return (context) => {
    const { model, rows } = context;
    const memory = new Map<string, { settings: string; control: Control }>();
    const traces: Trace[] = Array.from({ length: rows }, () => ({
      step: [],
      traits: Object.keys(probes).map((trait) => {
        return { trait, monitor: [], threshold: Number.NaN, strength: [] };
      }),
    }));
    let strips = stripsAt(0);
    let muted = mutedAt?.(0) ?? nobody;
    let current = make();
    tell(0);

    /** @param seen C at the position before */
    function make(seen?: number[][]): SteeringIntervention {
      const watched = rows > 1 ? watching(probes, strips) : undefined;
      const plans = traces.map((_, row) => (row === 0 ? remembering(planOf(probes, strips)) : watched));
      return intervene(plans, { ...context, seen });
    }

    function remembering({ channels, edits }: Plan): Plan {
      return {
        edits: muted.length > 0 ? [...edits, ...ablate([...muted], { from: "new" }).plan.edits] : edits,
        channels: channels.map((channel): Channel => {
          const { trait } = channel;
          return { ...channel, gate: continued(trait, gateSettings(strips[trait]), channel.gate) };
        }),
      };
    }

    /** The control made before, if it is still asked for. */
    function continued(trait: string, settings: string, gate: Gate): Gate {
      return (frameRate) => {
        const known = memory.get(trait);
        const control = known?.settings === settings ? known.control : gate(frameRate);
        memory.set(trait, { settings, control });
        return control;
      };
    }

    /** Another plan from the position on that is about to be fed. */
    function move(step: number): void {
      const next = { strips: stripsAt(step), muted: mutedAt?.(step) ?? nobody };
      if (next.strips === strips && next.muted === muted) return;
      ({ strips, muted } = next);
      tell(step);
      const before = current;
      current = make(before.seen());
      before.dispose();
    }

    function tell(step: number): void {
      onMove?.({ step, strips, ...(muted.length > 0 && { muted }) });
    }

    /** What was seen and done at the step that has just ended. */
    function note(step: number): void {
      for (const [row, { step: steps, traits }] of current.trace().entries()) {
        traces[row].step.push(steps.at(-1)!);
        for (const [t, { monitor, strength, threshold }] of traits.entries()) {
          const own = traces[row].traits[t];
          own.monitor.push(monitor.at(-1)!);
          own.strength.push(strength.at(-1)!);
          own.threshold = threshold;
        }
      }
      const [{ traits: mine }, plain] = traces;
      const lastOf = ({ traits }: Trace) => traits.map(({ monitor }) => monitor.at(-1)!);
      onStep?.({
        step,
        monitor: lastOf(traces[0]),
        ...(plain && { unsteered: lastOf(plain) }),
        threshold: mine.map(({ threshold }) => threshold),
        strength: mine.map(({ strength }) => strength.at(-1)!),
      });
    }

    const delegate: Tap = (z, at) => current.taps.get(at.site)?.(z, at);
    const sites = Array.from({ length: model.layers }, (_, layer) => site(layer, "selfAttention.z"));
    const taps: Taps = new Map(sites.map((name) => [name, delegate]));
    return {
      taps,
      changesPrompt: false,
      begin(passage: Passage) {
        if (!passage.prefill) move(passage.step);
        current.begin(passage);
      },
      end(passage: Passage) {
        current.end(passage);
        if (!passage.prefill) note(passage.step);
      },
      trace: () => traces,
      dispose: () => current.dispose(),
    };
  };
}

const nobody: readonly Head[] = [];

/** What a gate's memory depends on; moving alpha keeps it, turning its sign does not. */
function gateSettings({ on, gate, threshold, alpha }: Strip): string {
  return JSON.stringify([on, gate, threshold, Math.sign(alpha)]);
}
