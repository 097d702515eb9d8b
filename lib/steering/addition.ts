import { tf } from "../backend";
import type { SteeredModel } from "../model/intervention";
import type { Plan } from "./plan";

/** What all rows get, one tensor a layer, and how much of it each row gets at the moment. */
export interface Addition {
  layers: Set<number>;
  /** Set the shares [rows x positions], row after row. */
  share(values: number[]): void;
  /** What to add to z of `copies` x rows at this layer: broadcasts to [copies x rows, positions, heads, headDim] */
  of(layer: number, copies: number): tf.Tensor | undefined;
  dispose(): void;
}

/** Compile plans, a row each, into one tensor a layer. Nothing is uploaded before it is used. */
export function addition(plans: (Plan | undefined)[], { heads, headDim }: SteeredModel): Addition {
  const rows = plans.length;
  const size = heads * headDim;
  const host = new Map<number, Float32Array>(); // layer -> [rows, heads, headDim]
  plans.forEach((plan, row) => {
    for (const { layer, head, vector } of plan?.vectors ?? []) {
      const values = host.get(layer) ?? new Float32Array(rows * size);
      values.set(vector, row * size + head * headDim);
      host.set(layer, values);
    }
  });
  const full = new Map<number, tf.Tensor>(); // layer -> [copies x rows, 1, heads, headDim]
  let shares: number[] = [];
  let nothing = true;
  let everything = false;
  let factor: tf.Tensor | undefined; // [copies x rows, positions, 1, 1]

  return {
    layers: new Set(host.keys()),
    share(values) {
      shares = values;
      nothing = values.every((value) => value === 0);
      everything = values.every((value) => value === 1);
      factor?.dispose();
      factor = undefined;
    },
    of(layer, copies) {
      const values = host.get(layer);
      if (nothing || !values) return undefined;
      let tensor = full.get(layer);
      if (!tensor) {
        tensor = tf.keep(tf.tensor4d(repeat(values, copies), [copies * rows, 1, heads, headDim]));
        full.set(layer, tensor);
      }
      if (everything) return tensor;
      factor ??= tf.keep(tf.tensor4d(repeat(shares, copies), [copies * rows, shares.length / rows, 1, 1]));
      return tf.mul(tensor, factor);
    },
    dispose() {
      factor?.dispose();
      for (const tensor of full.values()) tensor.dispose();
      full.clear();
    },
  };
}

function repeat(values: ArrayLike<number>, copies: number): Float32Array {
  return Float32Array.from({ length: values.length * copies }, (_, i) => values[i % values.length]);
}
