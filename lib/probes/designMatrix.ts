/** One head's clips, ordered by fold. The last column is constant 1: its coefficient is the bias. */
export interface Design {
  rows: Float32Array; // [clips, width], width = headDim + 1
  targets: Float64Array; // [clips], 0 or 1
  width: number;
  clips: number;
  /** [folds + 1]: fold f holds the clips starts[f] ... starts[f + 1] - 1 */
  starts: Int32Array;
}

/** rows . coefficients, four clips at a time: [clips]. */
export function margins({ rows, width, clips }: Design, coefficients: Float64Array): Float64Array {
  const out = new Float64Array(clips);
  let n = 0;
  for (; n + 3 < clips; n += 4) {
    const a = n * width;
    const b = a + width;
    const c = b + width;
    const d = c + width;
    let m0 = 0;
    let m1 = 0;
    let m2 = 0;
    let m3 = 0;
    for (let j = 0; j < width; j++) {
      const w = coefficients[j];
      m0 += w * rows[a + j];
      m1 += w * rows[b + j];
      m2 += w * rows[c + j];
      m3 += w * rows[d + j];
    }
    out[n] = m0;
    out[n + 1] = m1;
    out[n + 2] = m2;
    out[n + 3] = m3;
  }
  for (; n < clips; n++) {
    for (let j = 0, a = n * width; j < width; j++) out[n] += coefficients[j] * rows[a + j];
  }
  return out;
}

/** rows^T weights, four clips at a time: [width]. */
export function weightedSum({ rows, width, clips }: Design, weights: Float64Array): Float64Array {
  const out = new Float64Array(width);
  let n = 0;
  for (; n + 3 < clips; n += 4) {
    const a = n * width;
    const b = a + width;
    const c = b + width;
    const d = c + width;
    const r0 = weights[n];
    const r1 = weights[n + 1];
    const r2 = weights[n + 2];
    const r3 = weights[n + 3];
    for (let j = 0; j < width; j++) {
      out[j] += r0 * rows[a + j] + r1 * rows[b + j] + r2 * rows[c + j] + r3 * rows[d + j];
    }
  }
  for (; n < clips; n++) {
    for (let j = 0, a = n * width; j < width; j++) out[j] += weights[n] * rows[a + j];
  }
  return out;
}
