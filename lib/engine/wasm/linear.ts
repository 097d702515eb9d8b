import type { Linear } from "../engine";
import { tf } from "../tf";
import type { Kernels } from "./kernels";

/** @param values [columns, depth], as torch.nn.Linear keeps them; bias [columns] */
export function kernelLinear(
  kernels: Kernels,
  values: Float32Array,
  depth: number,
  columns: number,
  bias?: Float32Array,
): Linear {
  const packed = tf.tensor1d(packPanels(values, depth, columns, bias));
  return {
    apply: (x, options = {}) => kernels.linear(x, packed, columns, options),
    dispose: () => packed.dispose(),
  };
}

/**
 * A matrix and its bias as `linear` reads them: panels of 8 columns, each the biases and then the rows, zeros to fill up.
 * @param values [columns, depth]
 */
function packPanels(values: Float32Array, depth: number, columns: number, bias?: Float32Array): Float32Array {
  const panels = Math.ceil(columns / 8);
  const packed = new Float32Array(panels * (depth + 1) * 8);
  for (let column = 0; column < columns; column += 8) {
    const start = column * (depth + 1);
    const end = Math.min(column + 8, columns);
    if (bias) packed.set(bias.subarray(column, end), start);
    for (let c = column; c < end; c++) {
      let to = start + 8 + c - column;
      for (let k = c * depth; k < (c + 1) * depth; k++, to += 8) packed[to] = values[k];
    }
  }
  return packed;
}
