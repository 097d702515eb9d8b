import { encodeSafetensors, type TensorData } from "../model/checkpoint/safetensors";
import type { SteeredModel } from "../model/intervention";
import type { PlannedSteer } from "./methods";
import type { Monitor } from "./monitor";
import { checkPlan, type Plan } from "./plan";

const kind = "smitin-plan";
const schemaVersion = "1";

/**
 * A plan of one trait as a safetensors file, for use outside the lab (experiments/transformers/steer.py reads it; so does
 * `smitin generate --add`, which takes its vectors alone):
 *
 * | tensor                         | what                                                           |
 * | ------------------------------ | -------------------------------------------------------------- |
 * | `steer` [layers, heads, headDim] | what is added to z at full strength                          |
 * | `schedule` [steps]             | share of it at each step, from the first steered one           |
 * | `monitor.heads` [n, 2]         | layer and head of each probe that watches (with a monitor)     |
 * | `monitor.theta` [n, headDim], `monitor.weight` [n], `monitor.bias` [n] | P = sigmoid(weight theta . z + bias) |
 *
 * Metadata: kind, schemaVersion, trait, model, fingerprint, from ("new" or "start"), reads ("before" or "after"), and
 * gate as JSON (`GateData`).
 * @param seconds how far the schedule reaches; a take may not be longer
 * @throws Error on a plan of another model, of several traits, with heads replaced, or with a gate that is no plain data
 */
export function encodePlan(
  { plan }: PlannedSteer,
  model: SteeredModel,
  { seconds = 60 }: { seconds?: number } = {},
): Uint8Array {
  const steps = Math.round(seconds * model.frameRate);
  if (!(steps >= 1 && steps <= 1e6))
    throw new RangeError(`seconds: expected at least one step and at most a million, found ${seconds} s`);
  checkPlan(plan, model);
  const { trait, gate, monitor, from, schedule, vectors } = onlyChannel(plan);
  if (!gate.data) throw new Error(`${trait}: expected a gate that a file can hold (always, SMITIN's own)`);
  const { layers, heads, headDim } = model;
  const steer = new Float32Array(layers * heads * headDim);
  for (const { layer, head, vector } of vectors) steer.set(vector, (layer * heads + head) * headDim);
  const shares = Float32Array.from({ length: steps }, (_, step) => schedule(step, model.frameRate));
  return encodeSafetensors(
    {
      steer: { shape: [layers, heads, headDim], data: steer },
      schedule: { shape: [steps], data: shares },
      ...(monitor && monitorTensors(monitor, headDim)),
    },
    {
      metadata: {
        ...{ kind, schemaVersion, trait, from },
        ...{ model: model.name, fingerprint: model.fingerprint },
        ...(monitor && { reads: monitor.reads }),
        gate: JSON.stringify(gate.data),
      },
    },
  );
}

function onlyChannel({ channels, edits }: Plan): Plan["channels"][number] {
  if (edits.length > 0) throw new Error(`${edits[0].name}: a plan file holds no heads that are replaced`);
  if (channels.length === 1) return channels[0];
  const traits = channels.map(({ trait }) => trait).join(", ") || "none";
  throw new Error(`expected a plan of one trait (a file for each), found ${traits}`);
}

function monitorTensors({ heads }: Monitor, headDim: number): Record<string, TensorData> {
  const count = heads.length;
  const theta = new Float32Array(count * headDim);
  for (const [i, probe] of heads.entries()) theta.set(probe.theta, i * headDim);
  return {
    "monitor.heads": {
      shape: [count, 2],
      data: Int32Array.from(heads.flatMap(({ layer, head }) => [layer, head])),
    },
    "monitor.theta": { shape: [count, headDim], data: theta },
    "monitor.weight": { shape: [count], data: Float32Array.from(heads, ({ weight }) => weight) },
    "monitor.bias": { shape: [count], data: Float32Array.from(heads, ({ bias }) => bias) },
  };
}
