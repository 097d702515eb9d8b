// What a transformer's decoding step consists of, in WebAssembly SIMD, on the memory of TensorFlow.js's own module.
// AssemblyScript; experiments/maintain/wasmKernels.ts compiles it into binary.ts.
// All numbers are 32-bit floats; pointers are in bytes; nothing here allocates.

/** a x b + c; one instruction where the machine has one for it (relaxed SIMD). */
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Rows that pass through a panel of weights before the next panel: their inputs stay in the nearest cache. */
const ROWS_AT_ONCE = 32;

/**
 * out = activation(normalize?(x) W + b) + add
 * x [rows, depth]; out, add [rows, columns].
 * weight: panels of 8 columns, each the 8 biases and then depth x 8 weights; the last panel is filled up with zeros.
 * normalized: room for [rows, depth], or 0: x is taken as it is. activation: 0 none, 1 gelu, 2 gelu by tanh, 3 relu.
 * A row of out depends on its row of x alone, to the last bit: not on how many rows there are, nor on its place among them.
 */
export function linear(
  x: usize, weight: usize, add: usize, normalized: usize, out: usize, rows: i32, depth: i32, columns: i32, activation: i32,
): void {
  if (normalized) {
    normalize(x, normalized, rows, depth);
    x = normalized;
  }
  const width = <usize>depth << 2; // bytes of a row of x
  const panelSize = <usize>(depth + 1) << 5; // bytes of a panel
  for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
    const end = min(start + ROWS_AT_ONCE, rows);
    const whole = start + ((end - start) & ~3);
    for (let column = 0; column < columns; column += 32) {
      const panels = weight + (panelSize >> 3) * column;
      let panel = panels;
      for (let c = column; c < min(column + 32, columns); c += 8, panel += panelSize) {
        for (let row = start; row < whole; row += 4) {
          fourRows(x + width * row, panel, add, out, row, depth, c, columns, activation);
        }
      }
      for (let row = whole; row < end; row++) {
        if (column + 24 < columns) fourPanels(x + width * row, panels, panelSize, add, out, row, depth, column, columns, activation);
        else somePanels(x + width * row, panels, panelSize, add, out, row, depth, column, columns, activation);
      }
    }
  }
}

function fourRows(
  x: usize, panel: usize, add: usize, out: usize, row: i32, depth: i32, column: i32, columns: i32, activation: i32,
): void {
  const width = <usize>depth << 2;
  const x1 = x + width;
  const x2 = x1 + width;
  const x3 = x2 + width;
  let a0 = v128.load(panel), b0 = v128.load(panel, 16);
  let a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
  let w = panel + 32;
  for (let k: usize = 0; k < width; k += 4, w += 32) {
    const left = v128.load(w);
    const right = v128.load(w, 16);
    const v0 = v128.load32_splat(x + k);
    a0 = madd(v0, left, a0);
    b0 = madd(v0, right, b0);
    const v1 = v128.load32_splat(x1 + k);
    a1 = madd(v1, left, a1);
    b1 = madd(v1, right, b1);
    const v2 = v128.load32_splat(x2 + k);
    a2 = madd(v2, left, a2);
    b2 = madd(v2, right, b2);
    const v3 = v128.load32_splat(x3 + k);
    a3 = madd(v3, left, a3);
    b3 = madd(v3, right, b3);
  }
  put(a0, b0, add, out, row, column, columns, activation);
  put(a1, b1, add, out, row + 1, column, columns, activation);
  put(a2, b2, add, out, row + 2, column, columns, activation);
  put(a3, b3, add, out, row + 3, column, columns, activation);
}

/** One row through four panels: every number is added up in the order of fourRows, so that it is the same bit for bit. */
function fourPanels(
  x: usize, w: usize, panelSize: usize, add: usize, out: usize, row: i32, depth: i32, column: i32, columns: i32, activation: i32,
): void {
  let w1 = w + panelSize;
  let w2 = w1 + panelSize;
  let w3 = w2 + panelSize;
  let a0 = v128.load(w), b0 = v128.load(w, 16);
  let a1 = v128.load(w1), b1 = v128.load(w1, 16);
  let a2 = v128.load(w2), b2 = v128.load(w2, 16);
  let a3 = v128.load(w3), b3 = v128.load(w3, 16);
  const end = w + panelSize - 32;
  for (; w + 64 <= end; w += 64, w1 += 64, w2 += 64, w3 += 64, x += 8) {
    const v0 = v128.load32_splat(x);
    a0 = madd(v0, v128.load(w, 32), a0);
    b0 = madd(v0, v128.load(w, 48), b0);
    a1 = madd(v0, v128.load(w1, 32), a1);
    b1 = madd(v0, v128.load(w1, 48), b1);
    a2 = madd(v0, v128.load(w2, 32), a2);
    b2 = madd(v0, v128.load(w2, 48), b2);
    a3 = madd(v0, v128.load(w3, 32), a3);
    b3 = madd(v0, v128.load(w3, 48), b3);
    const v1 = v128.load32_splat(x, 4);
    a0 = madd(v1, v128.load(w, 64), a0);
    b0 = madd(v1, v128.load(w, 80), b0);
    a1 = madd(v1, v128.load(w1, 64), a1);
    b1 = madd(v1, v128.load(w1, 80), b1);
    a2 = madd(v1, v128.load(w2, 64), a2);
    b2 = madd(v1, v128.load(w2, 80), b2);
    a3 = madd(v1, v128.load(w3, 64), a3);
    b3 = madd(v1, v128.load(w3, 80), b3);
  }
  if (w < end) {
    const v0 = v128.load32_splat(x);
    a0 = madd(v0, v128.load(w, 32), a0);
    b0 = madd(v0, v128.load(w, 48), b0);
    a1 = madd(v0, v128.load(w1, 32), a1);
    b1 = madd(v0, v128.load(w1, 48), b1);
    a2 = madd(v0, v128.load(w2, 32), a2);
    b2 = madd(v0, v128.load(w2, 48), b2);
    a3 = madd(v0, v128.load(w3, 32), a3);
    b3 = madd(v0, v128.load(w3, 48), b3);
  }
  put(a0, b0, add, out, row, column, columns, activation);
  put(a1, b1, add, out, row, column + 8, columns, activation);
  put(a2, b2, add, out, row, column + 16, columns, activation);
  put(a3, b3, add, out, row, column + 24, columns, activation);
}

/** One row through the last panels, one after another; in the same order again. */
function somePanels(
  x: usize, panel: usize, panelSize: usize, add: usize, out: usize, row: i32, depth: i32, column: i32, columns: i32, activation: i32,
): void {
  for (; column < columns; column += 8, panel += panelSize) {
    let a = v128.load(panel), b = v128.load(panel, 16);
    for (let at: usize = 32, from = x; at < panelSize; at += 32, from += 4) {
      const v = v128.load32_splat(from);
      a = madd(v, v128.load(panel + at), a);
      b = madd(v, v128.load(panel + at, 16), b);
    }
    put(a, b, add, out, row, column, columns, activation);
  }
}

/** Write 8 numbers of a row, or those of them that the row still has room for. */
function put(a: v128, b: v128, add: usize, out: usize, row: i32, column: i32, columns: i32, activation: i32): void {
  if (activation) {
    a = activate(a, activation);
    b = activate(b, activation);
  }
  const at = (<usize>row * columns + column) << 2;
  if (column + 8 <= columns) {
    if (add) {
      a = f32x4.add(a, v128.load(add + at));
      b = f32x4.add(b, v128.load(add + at, 16));
    }
    v128.store(out + at, a);
    v128.store(out + at, b, 16);
    return;
  }
  for (let i = column; i < columns; i++) {
    const to = at + (<usize>(i - column) << 2);
    store<f32>(out + to, f32x4.extract_lane(a, 0) + (add ? load<f32>(add + to) : 0));
    a = v128.shuffle<f32>(a, b, 1, 2, 3, 4);
    b = v128.shuffle<f32>(b, b, 1, 2, 3, 3);
  }
}

function activate(x: v128, kind: i32): v128 {
  if (kind == 1) return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(erf(f32x4.mul(x, f32x4.splat(0.70710678))), f32x4.splat(1)));
  if (kind == 2) {
    const cube = f32x4.mul(f32x4.add(f32x4.mul(f32x4.mul(x, x), f32x4.splat(0.044715)), f32x4.splat(1)), x);
    const inner = f32x4.mul(cube, f32x4.splat(1.5957691216)); // 2 sqrt(2 / pi)
    // (1 + tanh(y / 2)) / 2 = 1 / (1 + e^-y)
    return f32x4.div(x, f32x4.add(f32x4.splat(1), exp(f32x4.neg(inner))));
  }
  return f32x4.max(x, f32x4.splat(0));
}

/** The error function: an odd rational approximation, good to about 1e-7 (the coefficients of Eigen and XLA). */
function erf(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(4)), f32x4.splat(-4));
  const y = f32x4.mul(x, x);
  let p = f32x4.splat(-2.72614225801306e-10);
  p = madd(p, y, f32x4.splat(2.77068142495902e-8));
  p = madd(p, y, f32x4.splat(-2.10102402082508e-6));
  p = madd(p, y, f32x4.splat(-5.69250639462346e-5));
  p = madd(p, y, f32x4.splat(-7.34990630326855e-4));
  p = madd(p, y, f32x4.splat(-2.95459980854025e-3));
  p = madd(p, y, f32x4.splat(-1.60960333262415e-2));
  let q = f32x4.splat(-1.45660718464996e-5);
  q = madd(q, y, f32x4.splat(-2.13374055278905e-4));
  q = madd(q, y, f32x4.splat(-1.68282697438203e-3));
  q = madd(q, y, f32x4.splat(-7.37332916720468e-3));
  q = madd(q, y, f32x4.splat(-1.42647390514189e-2));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** e^x by a power of two and a polynomial (Cephes' expf), x from -87 to 88. */
function exp(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  return f32x4.mul(p, i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23));
}

/** LayerNorm without gain and bias, epsilon 1e-5. x, out [rows, size] */
function normalize(x: usize, out: usize, rows: i32, size: i32): void {
  const bytes = <usize>size << 2;
  const whole = bytes & ~15;
  for (let row = 0; row < rows; row++, x += bytes, out += bytes) {
    let sums = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) sums = f32x4.add(sums, v128.load(x + i));
    let sum = total(sums);
    for (let i = whole; i < bytes; i += 4) sum += load<f32>(x + i);
    const mean = f32x4.splat(sum / <f32>size);
    sums = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) {
      const centred = f32x4.sub(v128.load(x + i), mean);
      sums = madd(centred, centred, sums);
    }
    sum = total(sums);
    for (let i = whole; i < bytes; i += 4) {
      const centred = load<f32>(x + i) - f32x4.extract_lane(mean, 0);
      sum += centred * centred;
    }
    const scale = f32x4.splat(1 / sqrt<f32>(sum / <f32>size + 1e-5));
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(out + i, f32x4.mul(f32x4.sub(v128.load(x + i), mean), scale));
    }
    for (let i = whole; i < bytes; i += 4) {
      store<f32>(out + i, (load<f32>(x + i) - f32x4.extract_lane(mean, 0)) * f32x4.extract_lane(scale, 0));
    }
  }
}

function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3);
}

/**
 * Append the new positions' keys and values to the cache, then attend from each of them to all up to itself.
 * qkv [rows, count, 3, heads, size]; keys, values [rows, heads, capacity, stride], stride = size up to a multiple of 4;
 * past: positions that the cache holds already. Queries before `from` are left out: out [rows, count - from, heads, size].
 * What came before the cache, rows may have in common: row r begins with the first `shared` positions of row sharedRows[r]
 * of sharedKeys, sharedValues [.., heads, sharedCapacity, stride]. Heads run outside of rows, so that what is shared stays near.
 * room: stride + shared + past + count + 3 floats.
 */
export function selfAttention(
  qkv: usize, keys: usize, values: usize, out: usize, room: usize,
  rows: i32, count: i32, from: i32, heads: i32, size: i32, capacity: i32, past: i32,
  sharedKeys: usize, sharedValues: usize, sharedRows: usize, sharedCapacity: i32, shared: i32,
): void {
  const bytes = <usize>size << 2;
  const stride = (bytes + 15) & ~15;
  const hidden = bytes * heads;
  const scores = room + stride;
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < rows; row++) {
      const start = stride * capacity * (row * heads + head);
      const mine = qkv + hidden * 3 * count * row + bytes * head;
      for (let t = 0; t < count; t++) {
        const to = start + stride * (past + t);
        pad(keys + to, mine + hidden * (3 * t + 1), bytes, stride);
        pad(values + to, mine + hidden * (3 * t + 2), bytes, stride);
      }
      const before = shared ? stride * sharedCapacity * (load<i32>(sharedRows + (row << 2)) * heads + head) : 0;
      for (let t = from; t < count; t++) {
        pad(room, mine + hidden * 3 * t, bytes, stride);
        const length = past + t + 1;
        attend(sharedKeys + before, sharedValues + before, shared, keys + start, values + start, length, room, scores, stride);
        copy(out + hidden * ((count - from) * row + t - from) + bytes * head, room, bytes);
      }
    }
  }
}

/**
 * Attend from each query to the first lengths[row] keys of its row.
 * query, out [rows, count, heads, size]; keys, values [rows, heads, capacity, stride]; lengths [rows], 32-bit integers.
 */
export function crossAttention(
  query: usize, keys: usize, values: usize, lengths: usize, out: usize, room: usize,
  rows: i32, count: i32, heads: i32, size: i32, capacity: i32,
): void {
  const bytes = <usize>size << 2;
  const stride = (bytes + 15) & ~15;
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const start = stride * capacity * (row * heads + head);
      for (let t = 0; t < count; t++) {
        const at = bytes * ((count * row + t) * heads + head);
        pad(room, query + at, bytes, stride);
        const length = load<i32>(lengths + (row << 2));
        attend(0, 0, 0, keys + start, values + start, length, room, room + stride, stride);
        copy(out + at, room, bytes);
      }
    }
  }
}

function pad(to: usize, from: usize, bytes: usize, stride: usize): void {
  if (bytes < stride) v128.store(to + stride - 16, f32x4.splat(0));
  copy(to, from, bytes);
}

function copy(to: usize, from: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
}

/**
 * One query's attention to `before` keys in one place and `length` in another; the query is replaced by the result.
 * scores: room for all of them and 3 more.
 */
function attend(
  keysBefore: usize, valuesBefore: usize, before: i32, keys: usize, values: usize, length: i32,
  query: usize, scores: usize, stride: usize,
): void {
  const own = scores + (<usize>before << 2);
  const end = own + (<usize>length << 2);
  let highest = f32x4.max(score(query, keysBefore, scores, own, stride), score(query, keys, own, end, stride));
  highest = f32x4.max(highest, v128.shuffle<f32>(highest, highest, 2, 3, 0, 1));
  highest = f32x4.max(highest, v128.shuffle<f32>(highest, highest, 1, 0, 3, 2));
  let sums = f32x4.splat(0);
  for (let at = scores; at < end; at += 16) {
    let share = exp(f32x4.sub(v128.load(at), highest));
    if (at + 16 > end) share = only(share, <i32>(end - at) >> 2);
    sums = f32x4.add(sums, share);
    v128.store(at, share);
  }
  for (let i: usize = 0; i < stride; i += 16) v128.store(query + i, f32x4.splat(0));
  mix(query, valuesBefore, scores, own, stride);
  mix(query, values, own, end, stride);
  const scale = f32x4.splat(before + length > 0 ? 1 / total(sums) : 0); // nothing to see: zeros
  for (let i: usize = 0; i < stride; i += 16) v128.store(query + i, f32x4.mul(v128.load(query + i), scale));
}

/** Write the products of a query and some keys from `at` up to `end`; their maximum is among the four numbers returned. */
function score(query: usize, key: usize, at: usize, end: usize, stride: usize): v128 {
  let highest = f32x4.splat(-1e30);
  for (; at + 16 <= end; at += 16, key += stride << 2) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    for (let i: usize = 0; i < stride; i += 16) {
      const q = v128.load(query + i);
      const k = key + i;
      a = madd(q, v128.load(k), a);
      b = madd(q, v128.load(k + stride), b);
      c = madd(q, v128.load(k + (stride << 1)), c);
      d = madd(q, v128.load(k + stride * 3), d);
    }
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
    const four = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    highest = f32x4.max(highest, four);
    v128.store(at, four);
  }
  for (; at < end; at += 4, key += stride) {
    let a = f32x4.splat(0);
    for (let i: usize = 0; i < stride; i += 16) a = madd(v128.load(query + i), v128.load(key + i), a);
    const one = total(a);
    highest = f32x4.max(highest, f32x4.splat(one));
    store<f32>(at, one);
  }
  return highest;
}

/** Add to `out` some values, each times its share; the shares run up to `end`. */
function mix(out: usize, values: usize, shares: usize, end: usize, stride: usize): void {
  let i: usize = 0;
  for (; i + 32 <= stride; i += 32) {
    let a = v128.load(out + i), b = v128.load(out + i, 16), c = f32x4.splat(0), d = c;
    let value = values + i;
    let share = shares;
    for (; share + 8 <= end; share += 8, value += stride << 1) {
      const p = v128.load32_splat(share);
      a = madd(p, v128.load(value), a);
      b = madd(p, v128.load(value, 16), b);
      const q = v128.load32_splat(share, 4);
      c = madd(q, v128.load(value + stride), c);
      d = madd(q, v128.load(value + stride, 16), d);
    }
    if (share < end) {
      const p = v128.load32_splat(share);
      a = madd(p, v128.load(value), a);
      b = madd(p, v128.load(value, 16), b);
    }
    v128.store(out + i, f32x4.add(a, c));
    v128.store(out + i, f32x4.add(b, d), 16);
  }
  for (; i < stride; i += 16) {
    let a = v128.load(out + i);
    let value = values + i;
    for (let share = shares; share < end; share += 4, value += stride) {
      a = madd(v128.load32_splat(share), v128.load(value), a);
    }
    v128.store(out + i, a);
  }
}

/** The first few of four numbers, zeros for the others. */
function only(x: v128, count: i32): v128 {
  return v128.and(x, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}
