import type { Intervention, Steer, Trace } from "../model/intervention";
import { site, type Tap, type Taps } from "../model/taps";
import type { ProbeSet } from "../probes/probe";
import { intervene } from "../steering/compile";
import type { Control, Gate } from "../steering/gate";
import type { Channel, Plan } from "../steering/plan";
import { planOf, type Strip, type Strips, watching } from "./strip";

/** A change of the strips, from this step on. */
export interface Move {
  /** counted from the first new frame */
  step: number;
  strips: Strips;
}

/** What the monitors saw at one step of the steered row, a number a trait. */
export interface Seen {
  step: number;
  monitor: number[];
  threshold: number[];
  strength: number[];
}

export interface LiveSteerOptions {
  probes: Record<string, ProbeSet>;
  /** What holds at a step: asked before each; another object than before is a move. */
  stripsAt(step: number): Strips;
  onMove?(move: Move): void;
  onStep?(seen: Seen): void;
}

/**
 * Steering whose settings may change between two steps. The first row is steered, further rows are only monitored. At a
 * move the plan is made anew; gates that stay the same keep their memory, and C goes on where it was.
 */
export function liveSteer({ probes, stripsAt, onMove, onStep }: LiveSteerOptions): Steer {
  return (context) => {
    const { model, rows } = context;
    const traits = Object.keys(probes);
    const memory = new Map<string, { settings: string; control: Control }>();
    const lastC = new Map<string, number>();
    const traces: Trace[] = Array.from({ length: rows }, () => emptyTrace(traits));
    let strips = stripsAt(0);
    let current = make();
    onMove?.({ step: 0, strips });

    function make(): Intervention {
      const watched = rows > 1 ? watching(probes, strips) : undefined;
      return intervene(
        traces.map((_, row) => (row === 0 ? remembering(planOf(probes, strips)) : watched)),
        context,
      );
    }

    function remembering({ channels, edits }: Plan): Plan {
      return {
        edits,
        channels: channels.map((channel): Channel => {
          const { trait } = channel;
          return { ...channel, gate: continued(trait, gateSettings(strips[trait]), channel.gate) };
        }),
      };
    }

    /** The control made before, if it is still asked for; its first C is what the monitor saw last. */
    function continued(trait: string, settings: string, gate: Gate): Gate {
      return (frameRate) => {
        const known = memory.get(trait);
        const control = known?.settings === settings ? known.control : gate(frameRate);
        memory.set(trait, { settings, control });
        let carried = lastC.get(trait);
        return (monitor) => {
          const c = carried ?? monitor;
          carried = undefined;
          return control(c);
        };
      };
    }

    function note(step: number): void {
      const found = current.trace?.() ?? [];
      for (const [row, { step: steps, traits: seen }] of found.entries()) {
        traces[row].step.push(steps.at(-1)!);
        for (const [t, { monitor, strength, threshold }] of seen.entries()) {
          const own = traces[row].traits[t];
          own.monitor.push(monitor.at(-1)!);
          own.strength.push(strength.at(-1)!);
          own.threshold = threshold;
          if (row === 0) lastC.set(own.trait, monitor.at(-1)!);
        }
        traces[row].threshold = traces[row].traits[0]?.threshold ?? Number.NaN;
      }
      const [{ traits: mine }] = traces;
      onStep?.({
        step,
        monitor: mine.map(({ monitor }) => monitor.at(-1)!),
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
      beforeStep(step) {
        const next = stripsAt(step);
        if (next === strips) return;
        strips = next;
        onMove?.({ step, strips });
        const before = current;
        current = make();
        before.dispose?.();
      },
      afterStep: note,
      trace: () => traces,
      dispose: () => current.dispose?.(),
    };
  };
}

/** What a gate's memory depends on; moving alpha keeps it, turning its sign does not. */
function gateSettings({ on, gate, threshold, alpha }: Strip): string {
  return JSON.stringify([on, gate, threshold, Math.sign(alpha)]);
}

function emptyTrace(traits: string[]): Trace {
  const all = traits.map((trait) => ({
    trait,
    monitor: [] as number[],
    threshold: Number.NaN,
    strength: [] as number[],
  }));
  const { monitor, threshold, strength } = all[0];
  return { step: [], monitor, threshold, strength, traits: all };
}
