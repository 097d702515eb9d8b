import { tf } from "../engine";
import { joined } from "../math/concatenate";
import type { SteeredModel } from "../model/intervention";
import type { Channel } from "./plan";

/** What all rows get, one tensor a layer, and how much of each channel each row gets at the moment. */
export interface AddedVectors {
  layers: Set<number>;
  /** Channels of the row that has most; rows with fewer have shares of 0 there. */
  width: number;
  /** Set the shares of the positions that are about to be fed: [rows x positions x width]. */
  share(values: Float32Array): void;
  /**
   * What to add to z of `copies` x rows at the last `positions` of them, at this layer: broadcasts to [copies x rows,
   * positions, heads, headDim]. Nothing, and no operation, when every channel with vectors there is off.
   */
  of(layer: number, copies: number, positions: number): tf.Tensor | undefined;
  dispose(): void;
}

/** The shares of some positions, and what was made of them. */
interface Shared {
  values: Float32Array; // [rows, positions, width]
  active: Set<number>; // row x width + channel of those with a share
  factor?: tf.Tensor3D; // [copies x rows, positions, width]
  sums: Map<number, tf.Tensor>; // layer -> [copies x rows, positions, heads, headDim]
}

/** Put the vectors of all rows' channels into one tensor a layer. Nothing is uploaded before it is used. */
export function addVectors(rows: Channel[][], { heads, headDim }: SteeredModel): AddedVectors {
  const size = heads * headDim;
  const width = Math.max(1, ...rows.map((channels) => channels.length));
  const host = new Map<number, Float32Array>(); // layer -> [rows, width, heads, headDim]
  const users = new Map<number, Set<number>>(); // layer -> row x width + channel of those with vectors there
  rows.forEach((channels, row) => {
    channels.forEach(({ vectors }, c) => {
      const slot = row * width + c;
      for (const { layer, head, vector } of vectors) {
        const values = host.get(layer) ?? new Float32Array(rows.length * width * size);
        values.set(vector, slot * size + head * headDim);
        host.set(layer, values);
        users.set(layer, (users.get(layer) ?? new Set()).add(slot));
      }
    });
  });
  const full = new Map<number, tf.Tensor3D>(); // layer -> [copies x rows, width, heads x headDim]
  const made = new Map<number, Shared>(); // by positions; steady shares keep what was made of them
  let now: Float32Array = new Float32Array(0); // the shares, [rows, positions, width]

  /** The shares of the last positions. */
  function shared(positions: number): Shared {
    const each = positions * width;
    const whole = now.length / rows.length;
    const values =
      whole === each
        ? now
        : joined(rows.map((_, row) => now.subarray((row + 1) * whole - each, (row + 1) * whole)));
    const known = made.get(positions);
    if (known && isSame(known.values, values)) return known;
    const active = new Set<number>();
    values.forEach((value, i) => {
      if (value !== 0) active.add(Math.floor(i / each) * width + (i % width));
    });
    if (active.size === 0) return { values, active, sums: new Map() }; // an off step forgets nothing
    if (known) forget(known);
    const fresh: Shared = { values, active, sums: new Map() };
    made.set(positions, fresh);
    return fresh;
  }

  function forget({ factor, sums }: Shared): void {
    factor?.dispose();
    for (const tensor of sums.values()) tensor.dispose();
  }

  return {
    layers: new Set(host.keys()),
    width,
    share(values) {
      now = values;
      for (const [positions, shares] of made) {
        if (positions * rows.length * width <= values.length) continue;
        forget(shares); // the prompt is over
        made.delete(positions);
      }
    },
    of(layer, copies, positions) {
      const values = host.get(layer);
      if (!values) return undefined;
      const shares = shared(positions);
      if (!some(users.get(layer), shares.active)) return undefined;
      const known = shares.sums.get(layer);
      if (known) return known;
      const batch = copies * rows.length;
      let tensor = full.get(layer);
      if (!tensor) {
        tensor = tf.keep(tf.tensor3d(repeat(values, copies), [batch, width, size]));
        full.set(layer, tensor);
      }
      shares.factor ??= tf.keep(tf.tensor3d(repeat(shares.values, copies), [batch, positions, width]));
      const sum = tf.keep(tf.reshape(tf.matMul(shares.factor, tensor), [batch, positions, heads, headDim]));
      shares.sums.set(layer, sum);
      return sum;
    },
    dispose() {
      for (const shares of made.values()) forget(shares);
      made.clear();
      for (const tensor of full.values()) tensor.dispose();
      full.clear();
    },
  };
}

/** The values as often as the batch holds its rows. */
export function repeat(values: Float32Array, copies: number): Float32Array {
  if (copies === 1) return values;
  const all = new Float32Array(copies * values.length);
  for (let i = 0; i < copies; i++) all.set(values, i * values.length);
  return all;
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function some(users: Set<number> | undefined, active: Set<number>): boolean {
  for (const user of users ?? []) if (active.has(user)) return true;
  return false;
}
