import { tf } from "../engine";
import { promptPositions } from "../model/generate/delay";
import type { Intervention, SteeredModel, Trace, TraitTrace } from "../model/intervention";
import { type Change, type Stage, site, staged, type TapPoint, type Taps } from "../model/taps";
import { addition } from "./addition";
import type { Control, Monitor } from "./gate";
import { type Observer, observe } from "./observe";
import { type Channel, checkPlan, type Plan } from "./plan";
import { replacing } from "./replacement";

/** One trait of one row of the batch while it is being generated. */
interface Active {
  row: number;
  channel: Channel;
  control: Control;
  /** what the control said at this position */
  gate: number;
  observer?: Observer;
  /** C at the last position that is over; 0 before any */
  monitor: number;
  trace: TraitTrace;
}

/**
 * Plans, a row each, as taps on z: heads are replaced first, monitors look, then each layer's vectors are added.
 * At every position the strengths are decided once, from the C of the position before. A value with a multiple of the
 * rows (conditional rows, then unconditional ones) gets the same in each part; monitors read the first. An off step
 * runs no operation, and only layers with monitored heads are read. Gates are made anew at every call, for each row.
 * @param plans a row each; undefined leaves the row alone
 * @throws Error when a plan belongs to another model or names a head that the model does not have
 */
export function intervene(
  plans: (Plan | undefined)[],
  { model, promptFrames }: { model: SteeredModel; promptFrames: number },
): Intervention {
  for (const plan of new Set(plans)) if (plan) checkPlan(plan, model);
  const actives: Active[][] = plans.map((plan, row) => {
    return (plan?.channels ?? []).map((channel) => activate(channel, row, model.frameRate));
  });
  const all = actives.flat();
  const traces: Trace[] = actives.map((channels) => traceOf(channels.map(({ trace }) => trace)));
  const added = addition(
    plans.map((plan) => plan?.channels ?? []),
    model,
  );
  const replaced = replacing(
    plans.map((plan) => plan?.edits ?? []),
    model,
    promptPositions(promptFrames),
  );
  let first: number | undefined; // step of the first position fed: where `from: "start"` counts from
  let now: TapPoint | undefined; // the call whose z is being seen, as its first tap described it

  /** Every tap comes by: with the first of a position, the last position's C is known and strengths follow. */
  function enter(at: TapPoint): void {
    const same = now && (at.prefill ? now.prefill : at.step === now.step);
    // The last layer of a prefill may see fewer positions than the others.
    if (same && at.positions === now?.positions) return;
    if (!same) {
      settle();
      for (const active of all) {
        const isOut = at.prefill && active.channel.from === "new";
        active.gate = isOut ? 0 : active.control(active.monitor);
      }
    }
    first ??= at.step;
    now = at;
    const shares = new Float32Array(plans.length * at.positions * added.width);
    for (const channels of actives) {
      for (const [c, active] of channels.entries()) {
        for (let i = 0; i < at.positions; i++) {
          const share = strength(active, at, i);
          shares[(active.row * at.positions + i) * added.width + c] = share;
          if (!at.prefill) active.trace.strength.push(share);
        }
      }
    }
    added.share(shares);
    replaced.enter(at, first);
    if (at.prefill) return;
    actives.forEach((channels, row) => {
      traces[row].step.push(promptFrames + at.step);
      if (channels.length === 0) traces[row].strength.push(0);
    });
  }

  function strength({ channel, gate }: Active, at: TapPoint, position: number): number {
    if (at.prefill && channel.from === "new") return 0;
    const step = at.step + position;
    const scheduled = channel.schedule(step - (channel.from === "start" ? first! : 0), model.frameRate);
    if (scheduled === 0) return 0;
    const share = scheduled * gate;
    if (!Number.isFinite(share)) {
      throw new Error(
        `steering ${channel.trait}: expected a finite share at step ${step}, found schedule ${scheduled}, gate ${gate}`,
      );
    }
    return share;
  }

  /** The position is over. */
  function settle(): void {
    for (const active of all) {
      if (!now || !active.observer) continue;
      active.monitor = active.observer.value();
      if (!now.prefill) active.trace.monitor.push(active.monitor);
    }
    now = undefined;
  }

  /** Show the monitors of this layer that read it now the last position of their rows. */
  function look(layer: number, reads: Monitor["reads"], z: tf.Tensor): void {
    const values = lastPosition(z); // [rows, heads, headDim]
    const size = model.heads * model.headDim;
    for (const { row, observer } of readers(layer, reads)) {
      observer?.read(layer, values.subarray(row * size, (row + 1) * size));
    }
  }

  function readers(layer: number, reads: Monitor["reads"]): Active[] {
    return all.filter(({ observer }) => observer?.reads === reads && observer.layers.has(layer));
  }

  /** What happens to z of a layer: a change of the rows' z and then a look at it, where there are any. */
  function stage(
    layer: number,
    reads: Monitor["reads"],
    change?: (copies: number) => Change | undefined,
  ): Stage {
    const made: Stage = {};
    if (change) {
      made.change = (at, rows) => {
        enter(at);
        return change(rows / plans.length);
      };
    }
    if (readers(layer, reads).length > 0) {
      made.read = (z, at) => {
        enter(at);
        look(layer, reads, z);
      };
    }
    return made;
  }

  const taps: Taps = new Map();
  const watched = new Set(all.flatMap(({ observer }) => [...(observer?.layers ?? [])]));
  for (const layer of new Set([...added.layers, ...replaced.layers, ...watched])) {
    const replace = replaced.layers.has(layer) ? (copies: number) => replaced.of(layer, copies) : undefined;
    const add = added.layers.has(layer)
      ? (copies: number) => ({ shift: added.of(layer, copies) })
      : undefined;
    taps.set(
      site(layer, "selfAttention.z"),
      staged({ ...stage(layer, "before", replace), scales: true }, stage(layer, "after", add)),
    );
  }
  return {
    taps,
    changesPrompt: plans.some((plan) => plan && changesPrompt(plan)),
    trace() {
      settle();
      return traces;
    },
    dispose() {
      added.dispose();
      replaced.dispose();
    },
  };
}

function activate(channel: Channel, row: number, frameRate: number): Active {
  const { trait, gate, monitor } = channel;
  return {
    row,
    channel,
    control: gate(frameRate),
    gate: 0,
    observer: monitor && observe(monitor),
    monitor: 0,
    trace: { trait, monitor: [], threshold: monitor?.threshold ?? Number.NaN, strength: [] },
  };
}

/** A row's trace: its first trait's lists stand outside too. */
function traceOf(traits: TraitTrace[]): Trace {
  const { monitor, threshold, strength } = traits[0] ?? {
    monitor: [],
    threshold: Number.NaN,
    strength: [],
  };
  return { step: [], monitor, threshold, strength, traits };
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
