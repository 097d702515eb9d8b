import type { RandomAccessFile } from "../files/file";
import { encodeSafetensors, openSafetensors, type TensorData } from "../model/checkpoint/safetensors";
import type { SteeredModel } from "../model/intervention";
import { type Gate, levelOf } from "./gate";
import { gateFrom, gates } from "./gates";
import { type PlannedSteer, planned } from "./methods";
import type { Monitor, WatchedHead } from "./monitor";
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
 * gate as JSON (`Gate.data`).
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
  if (!gate.data)
    throw new Error(
      `${trait}: expected a gate that a file can hold (${Object.keys(gates).join(", ")}), found a function of one's own`,
    );
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

/**
 * The steering that a plan file holds: on its model it does what was saved.
 * @throws Error naming the file, what was expected and what was found; when generating, on another model, and past the end of
 *   its schedule
 */
export function decodePlan(file: RandomAccessFile): PlannedSteer {
  const { name, metadata, shape, read, readIntegers, has } = openSafetensors(file);
  if (metadata.kind !== kind || metadata.schemaVersion !== schemaVersion)
    throw new Error(
      `${name}: expected a plan, kind "${kind}" version ${schemaVersion}, found kind "${metadata.kind}" version ${metadata.schemaVersion}`,
    );
  const { trait, model, fingerprint, from } = metadata;
  if (from !== "new" && from !== "start")
    throw new Error(`${name}: from: expected "new" or "start", found "${from}"`);
  const [layers, heads, headDim] = shape("steer");
  const steer = read("steer");
  const vectors = Array.from({ length: layers * heads }, (_, i) => ({
    layer: Math.floor(i / heads),
    head: i % heads,
    vector: steer.subarray(i * headDim, (i + 1) * headDim),
  })).filter(({ vector }) => vector.some((value) => value !== 0));
  const shares = read("schedule");
  return planned({
    channels: [
      {
        trait,
        model: { name: model, fingerprint },
        vectors,
        schedule: (step) => shareAt(step),
        gate: readGate(name, metadata.gate),
        monitor: has("monitor.heads") ? readMonitor() : undefined,
        from,
      },
    ],
    edits: [],
  });

  function shareAt(step: number): number {
    if (step < shares.length) return shares[step];
    throw new Error(
      `${name}: its schedule has ${shares.length} steps, found step ${step}: save it with more seconds`,
    );
  }

  /** What watches. The threshold is the gate's: a plan keeps it there. */
  function readMonitor(): Monitor {
    const places = readIntegers("monitor.heads"); // [n, 2]
    const [theta, weight, bias] = ["theta", "weight", "bias"].map((part) => read(`monitor.${part}`));
    const probes = Array.from(weight, (_, i): WatchedHead => {
      const direction = theta.subarray(i * headDim, (i + 1) * headDim);
      return {
        layer: places[2 * i],
        head: places[2 * i + 1],
        theta: direction,
        weight: weight[i],
        bias: bias[i],
      };
    });
    const reads = metadata.reads === "after" ? "after" : "before";
    return { heads: probes, threshold: levelOf(readGate(name, metadata.gate)), reads };
  }
}

function readGate(name: string, json: string): Gate {
  try {
    return gateFrom(JSON.parse(json));
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
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
