import { tf } from "../backend";
import type { Intervention, SteeredModel, Trace } from "../model/intervention";
import { site, type TapPoint, type Taps } from "../model/taps";
import { addition } from "./addition";
import { type Observer, observe } from "./observe";
import type { Plan } from "./plan";

/** One row of the batch while it is being generated. */
interface Row {
  plan?: Plan;
  observer?: Observer;
  /** C at the last position that is over; 0 before any */
  monitor: number;
  trace: Trace;
}

/**
 * Plans, a row each, as taps on z. At every position the strengths are decided once, from the C of the position before.
 * A value with a multiple of the rows (conditional rows, then unconditional ones) gets the same in each part; monitors
 * read the first. An off step runs no operation, and only layers with monitored heads are read.
 * @param plans a row each; undefined leaves the row alone
 * @throws Error when a plan's probes belong to another model
 */
export function intervene(
  plans: (Plan | undefined)[],
  { model, promptFrames }: { model: SteeredModel; promptFrames: number },
): Intervention {
  for (const plan of plans) if (plan) sameModel(plan, model);
  const rows: Row[] = plans.map((plan) => ({
    plan,
    observer: plan?.monitor && observe(plan.monitor),
    monitor: 0,
    trace: { step: [], monitor: [], threshold: plan?.monitor?.threshold ?? Number.NaN, strength: [] },
  }));
  const added = addition(plans, model);
  let first: number | undefined; // step of the first position fed: where `from: "start"` counts from
  let now: TapPoint | undefined; // the call whose z is being seen, as its first tap described it

  /** Every tap comes by: with the first of a position, the last position's C is known and strengths follow. */
  function enter(at: TapPoint): void {
    const same = now && (at.prefill ? now.prefill : at.step === now.step);
    // The last layer of a prefill may see fewer positions than the others.
    if (same && at.positions === now?.positions) return;
    if (!same) settle();
    first ??= at.step;
    now = at;
    const shares = rows.flatMap((row) =>
      Array.from({ length: at.positions }, (_, i) => strength(row, at, i)),
    );
    added.share(shares);
    if (at.prefill) return;
    rows.forEach(({ trace }, row) => {
      trace.step.push(promptFrames + at.step);
      trace.strength.push(shares[row]);
    });
  }

  function strength({ plan, monitor }: Row, at: TapPoint, position: number): number {
    if (!plan || (at.prefill && plan.from === "new")) return 0;
    const scheduled = plan.schedule(at.step + position - (plan.from === "start" ? first! : 0));
    return scheduled === 0 ? 0 : scheduled * plan.gate(monitor);
  }

  /** The position is over. */
  function settle(): void {
    for (const row of rows) {
      if (!now || !row.observer) continue;
      row.monitor = row.observer.value();
      if (!now.prefill) row.trace.monitor.push(row.monitor);
    }
    now = undefined;
  }

  /** Show the monitors of this layer the last position of their rows. */
  function look(layer: number, z: tf.Tensor, steered: tf.Tensor): void {
    const watching = rows.filter(({ observer }) => observer?.layers.has(layer));
    for (const reads of ["before", "after"] as const) {
      const readers = watching.filter(({ observer }) => observer?.reads === reads);
      if (readers.length === 0) continue;
      const values = lastPosition(reads === "before" ? z : steered); // [rows, heads, headDim]
      const size = model.heads * model.headDim;
      for (const row of readers) {
        const at = rows.indexOf(row) * size;
        row.observer!.read(layer, values.subarray(at, at + size));
      }
    }
  }

  const taps: Taps = new Map();
  const watched = new Set(rows.flatMap(({ observer }) => [...(observer?.layers ?? [])]));
  for (const layer of new Set([...added.layers, ...watched])) {
    taps.set(site(layer, "selfAttention.z"), (z, at) => {
      enter(at);
      const more = added.of(layer, z.shape[0] / rows.length);
      const steered = more && tf.add(z, more); // [rows, positions, heads, headDim]
      if (watched.has(layer)) look(layer, z, steered ?? z);
      return steered;
    });
  }
  return {
    taps,
    changesPrompt: plans.some((plan) => plan?.from === "start" && plan.vectors.length > 0),
    trace() {
      settle();
      return rows.map(({ trace }) => trace);
    },
    dispose: () => added.dispose(),
  };
}

/** Numbers of the last position of every row: [rows, heads, headDim]. */
function lastPosition(z: tf.Tensor): Float32Array {
  const [rows, positions, heads, headDim] = z.shape;
  const last = positions > 1 ? tf.slice(z, [0, positions - 1, 0, 0], [rows, 1, heads, headDim]) : z;
  return last.dataSync<"float32">();
}

function sameModel({ model: probes }: Plan, model: SteeredModel): void {
  if (probes.fingerprint === model.fingerprint) return;
  throw new Error(
    `the probes belong to model ${probes.name}, fingerprint ${probes.fingerprint}; this is ${model.name}, fingerprint ${model.fingerprint}`,
  );
}
