import type { Design } from "./designMatrix";

/**
 * Lower triangle of X^T D X over the clips [from, to), in 4 x 4 tiles: [width, width].
 * @param roots square root of D, clip by clip
 */
export function gram({ rows, width }: Design, roots: Float64Array, from: number, to: number): Float64Array {
  const out = new Float64Array(width * width);
  const padded = Math.ceil(width / 4) * 4;
  const block = 256;
  const x = new Float64Array(padded * block); // [padded, block], rows of zeros past `width`
  for (let start = from; start < to; start += block) {
    const count = Math.min(block, to - start);
    for (let n = 0; n < count; n++) {
      const root = roots[start + n];
      for (let j = 0, at = (start + n) * width; j < width; j++) x[j * block + n] = root * rows[at + j];
    }
    for (let i = 0; i < padded; i += 4) {
      for (let j = 0; j <= i; j += 4) tile(x, block, count, i, j, out, width);
    }
  }
  return out;
}

/** Root L of hessian + l2 I = L L^T (the bias gets a hair, in case every clip is saturated): [width, width]. */
export function cholesky(hessian: Float64Array, width: number, l2: number): Float64Array {
  const root = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = hessian[i * width + j];
      if (i === j) sum += i < width - 1 ? l2 : 1e-9;
      for (let k = 0; k < j; k++) sum -= root[i * width + k] * root[j * width + k];
      root[i * width + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / root[j * width + j];
    }
  }
  return root;
}

/** Overwrite x with (L L^T)^-1 x. */
export function solve(root: Float64Array, x: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < i; k++) x[i] -= root[i * width + k] * x[k];
    x[i] /= root[i * width + i];
  }
  for (let i = width - 1; i >= 0; i--) {
    for (let k = i + 1; k < width; k++) x[i] -= root[k * width + i] * x[k];
    x[i] /= root[i * width + i];
  }
}

function tile(
  x: Float64Array,
  block: number,
  count: number,
  i: number,
  j: number,
  out: Float64Array,
  width: number,
) {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  let d0 = 0;
  let d1 = 0;
  let d2 = 0;
  let d3 = 0;
  const i0 = i * block;
  const j0 = j * block;
  for (let n = 0; n < count; n++) {
    const u0 = x[i0 + n];
    const u1 = x[i0 + block + n];
    const u2 = x[i0 + 2 * block + n];
    const u3 = x[i0 + 3 * block + n];
    const v0 = x[j0 + n];
    const v1 = x[j0 + block + n];
    const v2 = x[j0 + 2 * block + n];
    const v3 = x[j0 + 3 * block + n];
    a0 += u0 * v0;
    a1 += u0 * v1;
    a2 += u0 * v2;
    a3 += u0 * v3;
    b0 += u1 * v0;
    b1 += u1 * v1;
    b2 += u1 * v2;
    b3 += u1 * v3;
    c0 += u2 * v0;
    c1 += u2 * v1;
    c2 += u2 * v2;
    c3 += u2 * v3;
    d0 += u3 * v0;
    d1 += u3 * v1;
    d2 += u3 * v2;
    d3 += u3 * v3;
  }
  const sums = [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3];
  for (let k = 0; k < 16; k++) {
    const row = i + (k >> 2);
    const column = j + (k & 3);
    if (row < width && column <= row) out[row * width + column] += sums[k];
  }
}
