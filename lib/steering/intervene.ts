import { tf } from "../engine";
import { promptPositions } from "../model/generate/delay";
import type { Intervention, Passage, SteeredModel, Trace, TraitTrace } from "../model/intervention";
import { type Change, type Stage, site, staged, type TapPoint, type Taps } from "../model/taps";
import { addVectors } from "./addedVectors";
import type { Control } from "./gate";
import { type Monitor, type RunningMonitor, runMonitor } from "./monitor";
import { type Channel, checkPlan, type Plan } from "./plan";
import { replaceHeads } from "./replacedHeads";

/** Plans at work. */
export interface SteeringIntervention extends Required<Intervention> {
  /** C that each row's monitors saw at the last position that has ended, in the order of the plan's traits. */
  seen(): number[][];
}

/** One trait of one row of the batch while it is being generated. */
interface Active {
  channel: Channel;
  control: Control;
  monitor?: RunningMonitor;
  /** C(t - 1), while position t is being made; 0 before any */
  C: number;
  trace: TraitTrace;
}

/**
 * Plans, a row each, as taps on z: this is the loop of SMITIN. `begin` of a position decides all strengths from the C of the
 * position before (formulas in smitin.ts); the taps replace heads, let monitors look, and add each layer's vectors;
 * `end` sums up what the monitors saw: the C for the next position.
 *
 * A value with a multiple of the rows (conditional rows, then unconditional ones) gets the same in each part; monitors
 * read the first. An off step runs no operation, and only layers with monitored heads are read. Gates are made anew at
 * every call, for each row.
 * @param plans a row each; undefined leaves the row alone
 * @param options.seen C of the position before the first, where another intervention made it
 * @throws Error when a plan belongs to another model or names a head that the model does not have
 */
export function intervene(
  plans: (Plan | undefined)[],
  { model, promptFrames, seen }: { model: SteeredModel; promptFrames: number; seen?: number[][] },
): SteeringIntervention {
  for (const plan of new Set(plans)) if (plan) checkPlan(plan, model);
  const origin = promptPositions(promptFrames); // positions before the first new one
  const rows: Active[][] = plans.map((plan, row) =>
    (plan?.channels ?? []).map((channel, c) => activate(channel, model.frameRate, seen?.[row]?.[c] ?? 0)),
  );
  const traces: Trace[] = rows.map((channels) => ({
    step: [],
    traits: channels.map(({ trace }) => trace),
  }));
  const added = addVectors(
    plans.map((plan) => plan?.channels ?? []),
    model,
  );
  const replaced = replaceHeads(
    plans.map((plan) => plan?.edits ?? []),
    model,
    origin,
  );

  /** Strengths follow from the C of the position before. */
  function begin({ step, positions, prefill }: Passage): void {
    const shares = new Float32Array(plans.length * positions * added.width);
    for (const [row, channels] of rows.entries()) {
      for (const [c, { channel, control, C, trace }] of channels.entries()) {
        const isLeft = prefill && channel.from === "new";
        const gate = isLeft ? 0 : control(C);
        for (let i = 0; i < positions; i++) {
          const share = isLeft ? 0 : strengthAt(channel, step + i, gate);
          shares[(row * positions + i) * added.width + c] = share;
          if (!prefill) trace.strength.push(share);
        }
      }
      if (!prefill) traces[row].step.push(promptFrames + step);
    }
    added.share(shares);
  }

  /** Share of full strength: schedule times gate. */
  function strengthAt({ trait, schedule, from }: Channel, step: number, gate: number): number {
    const due = schedule(from === "start" ? step + origin : step, model.frameRate);
    if (due === 0) return 0;
    const share = due * gate;
    if (Number.isFinite(share)) return share;
    throw new Error(
      `steering ${trait}: expected a finite share at step ${step}, found schedule ${due}, gate ${gate}`,
    );
  }

  /** The monitors of this layer look at the last position of their rows. */
  function look(layer: number, reads: Monitor["reads"], z: tf.Tensor): void {
    const values = lastPosition(z); // [rows, heads, headDim]
    const size = model.heads * model.headDim;
    for (const [row, channels] of rows.entries()) {
      for (const { monitor } of channels) {
        if (isReader(monitor, layer, reads)) {
          monitor?.read(layer, values.subarray(row * size, (row + 1) * size));
        }
      }
    }
  }

  /** C is measured. */
  function end({ prefill }: Passage): void {
    for (const active of rows.flat()) {
      if (!active.monitor) continue;
      active.C = active.monitor.value();
      if (!prefill) active.trace.monitor.push(active.C);
    }
  }

  /** What happens to z of a layer: a change of the rows' z and then a look at it, where there are any. */
  function stage(
    layer: number,
    reads: Monitor["reads"],
    change?: (at: TapPoint, copies: number) => Change | undefined,
  ): Stage {
    const isRead = rows.flat().some(({ monitor }) => isReader(monitor, layer, reads));
    return {
      ...(change && { change: (at, height) => change(at, height / plans.length) }),
      ...(isRead && { read: (z) => look(layer, reads, z) }),
    };
  }

  const taps: Taps = new Map();
  const watched = rows.flat().flatMap(({ monitor }) => [...(monitor?.layers ?? [])]);
  for (const layer of new Set([...added.layers, ...replaced.layers, ...watched])) {
    const add = (at: TapPoint, copies: number) => ({ shift: added.of(layer, copies, at.positions) });
    const first = stage(layer, "before", replaced.layers.has(layer) ? replaced.of : undefined);
    const second = stage(layer, "after", added.layers.has(layer) ? add : undefined);
    taps.set(site(layer, "selfAttention.z"), staged({ ...first, scales: true }, second));
  }
  return {
    taps,
    begin,
    end,
    changesPrompt: plans.some((plan) => plan && changesPrompt(plan)),
    trace: () => traces,
    seen: () => rows.map((channels) => channels.map(({ C }) => C)),
    dispose() {
      added.dispose();
      replaced.dispose();
    },
  };
}

function activate(channel: Channel, frameRate: number, C: number): Active {
  const { trait, gate, monitor } = channel;
  return {
    channel,
    control: gate(frameRate),
    monitor: monitor && runMonitor(monitor),
    C,
    trace: { trait, monitor: [], threshold: monitor?.threshold ?? Number.NaN, strength: [] },
  };
}

function isReader(monitor: RunningMonitor | undefined, layer: number, reads: Monitor["reads"]): boolean {
  return monitor?.reads === reads && monitor.layers.has(layer);
}

function changesPrompt({ channels, edits }: Plan): boolean {
  return (
    channels.some(({ from, vectors }) => from === "start" && vectors.length > 0) ||
    edits.some(({ from, heads }) => from === "start" && heads.length > 0)
  );
}

/** Numbers of the last position of every row: [rows, heads, headDim]. */
function lastPosition(z: tf.Tensor): Float32Array {
  const [rows, positions, heads, headDim] = z.shape;
  const last = positions > 1 ? tf.slice(z, [0, positions - 1, 0, 0], [rows, 1, heads, headDim]) : z;
  return last.dataSync<"float32">();
}
