import { tf } from "../engine";
import type { SteeredModel } from "../model/intervention";
import type { Channel } from "./plan";

/** What all rows get, one tensor a layer, and how much of each channel each row gets at the moment. */
export interface Addition {
  layers: Set<number>;
  /** Channels of the row that has most; rows with fewer have shares of 0 there. */
  width: number;
  /** Set the shares [rows x positions x width]. */
  share(values: Float32Array): void;
  /**
   * What to add to z of `copies` x rows at this layer: broadcasts to [copies x rows, positions, heads, headDim].
   * Nothing, and no operation, when every channel with vectors there is off.
   */
  of(layer: number, copies: number): tf.Tensor | undefined;
  dispose(): void;
}

/** Compile the channels of all rows into one tensor a layer. Nothing is uploaded before it is used. */
export function addition(rows: Channel[][], { heads, headDim }: SteeredModel): Addition {
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
  const sums = new Map<number, tf.Tensor>(); // layer -> [copies x rows, positions, heads, headDim]
  let factor: tf.Tensor3D | undefined; // [copies x rows, positions, width]
  let shares: Float32Array = new Float32Array(0);
  let summed = shares; // the shares that `factor` and `sums` are of
  let active = new Set<number>(); // row x width + channel of those with a share

  function forget(): void {
    factor?.dispose();
    factor = undefined;
    for (const tensor of sums.values()) tensor.dispose();
    sums.clear();
  }

  return {
    layers: new Set(host.keys()),
    width,
    share(values) {
      active = new Set();
      const each = values.length / rows.length; // positions x width
      values.forEach((value, i) => {
        if (value !== 0) active.add(Math.floor(i / each) * width + (i % width));
      });
      shares = values;
      if (active.size === 0 || isSame(values, summed)) return;
      forget();
      summed = values;
    },
    of(layer, copies) {
      const values = host.get(layer);
      if (!values || active.size === 0 || !some(users.get(layer), active)) return undefined;
      const known = sums.get(layer);
      if (known) return known;
      const batch = copies * rows.length;
      let tensor = full.get(layer);
      if (!tensor) {
        tensor = tf.keep(tf.tensor3d(repeat(values, copies), [batch, width, size]));
        full.set(layer, tensor);
      }
      const positions = shares.length / rows.length / width;
      factor ??= tf.keep(tf.tensor3d(repeat(shares, copies), [batch, positions, width]));
      const sum = tf.keep(tf.reshape(tf.matMul(factor, tensor), [batch, positions, heads, headDim]));
      sums.set(layer, sum);
      return sum;
    },
    dispose() {
      forget();
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
