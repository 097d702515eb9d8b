import assert from "node:assert/strict";
import { before, test } from "node:test";
import { currentEngine, startBackend, tf } from "../../lib/engine";
import { activate, normalize } from "../../lib/engine/plain/linear";
import { normal, random } from "../../lib/math/random";
import { assertClose } from "../close";
import { distance } from "../model/musicgenFixture";

before(() => startBackend());

const uniform = random(1);
const numbers = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * normal(uniform));

test("a linear layer is what its formula says, for any number of rows and columns", () => {
  for (const [rows, depth, columns] of [
    [1, 16, 8],
    [2, 27, 5],
    [7, 9, 41],
    [40, 12, 24],
  ]) {
    const x = tf.tensor2d(numbers(rows * depth, 3), [rows, depth]);
    const values = numbers(depth * columns);
    const bias = numbers(columns);
    const add = tf.tensor2d(numbers(rows * columns), [rows, columns]);
    const matrix = currentEngine().createLinear(values, depth, columns, bias);
    const product = tf.add(
      tf.matMul(x, tf.tensor2d(values, [columns, depth]), false, true),
      bias,
    ) as tf.Tensor2D;
    for (const activation of ["none", "gelu", "gelu_new", "relu"] as const) {
      const found = matrix.apply(x, { activation, add });
      const expected = tf.add(activate(product, activation), add);
      assert.ok(distance(found.dataSync(), expected.dataSync()) < 2e-6, `${activation} ${rows} x ${columns}`);
    }
    const plain = currentEngine().createLinear(values, depth, columns);
    const found = plain.apply(x, { normalize: true });
    const expected = tf.matMul(normalize(x), tf.tensor2d(values, [columns, depth]), false, true);
    assert.ok(distance(found.dataSync(), expected.dataSync()) < 2e-6);
    const before = tf.memory().numTensors;
    tf.tidy(() => void matrix.apply(x, { normalize: true }));
    matrix.dispose();
    assert.ok(tf.memory().numTensors < before);
  }
});

test("a row's result is the same bit for bit in any company and at any place", (t) => {
  if (currentEngine().name !== "wasm") return t.skip("a promise of the wasm engine's kernels");
  for (const [depth, columns] of [
    [24, 72],
    [27, 41],
    [16, 33],
  ]) {
    const rows = 39;
    const x = numbers(rows * depth, 3);
    const matrix = currentEngine().createLinear(numbers(depth * columns), depth, columns, numbers(columns));
    const run = (from: number, count: number) => {
      const part = tf.tensor2d(x.slice(from * depth, (from + count) * depth), [count, depth]);
      return matrix.apply(part, { normalize: true, activation: "gelu" }).dataSync<"float32">();
    };
    const together = run(0, rows);
    for (const [from, count] of [
      [0, 1],
      [38, 1],
      [5, 2],
      [2, 3],
      [3, 5],
      [1, 33],
    ]) {
      const expected = together.slice(from * columns, (from + count) * columns);
      assert.deepEqual(run(from, count), expected, `${depth} x ${columns}, rows ${from} to ${from + count}`);
    }
    matrix.dispose();
  }
});

test("gelu stays exact where it is nearly 0 and nearly x", () => {
  const x = [-6, -4.5, -3, -1, -1e-3, 0, 0.5, 2, 5, 30];
  const gelu = [
    -5.9e-9, -1.5290213e-5, -0.004049694, -0.15865525, -4.9960108e-4, 0, 0.34573123, 1.9544997, 4.9999986, 30,
  ];
  const identity = currentEngine().createLinear(Float32Array.of(1), 1, 1);
  const found = identity.apply(tf.tensor2d(x, [x.length, 1]), { activation: "gelu" }).dataSync();
  for (const [i, expected] of gelu.entries()) assertClose(found[i], expected, 2e-6, `gelu of ${x[i]}`);
});

/** Attention of one query, written down as plainly as possible. All in [size]-long pieces. */
function attendPlainly(query: Float32Array, keys: Float32Array[], values: Float32Array[]): number[] {
  const scores = keys.map((key) => key.reduce((sum, value, i) => sum + value * query[i], 0));
  const highest = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - highest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Array.from(query, (_, i) =>
    values.reduce((sum, value, t) => sum + (shares[t] / total) * value[i], 0),
  );
}

test("self-attention sees every position so far and no later one, through growth and copies of its memory", () => {
  const [rows, heads, headDim, prompt, steps] = [2, 3, 5, 6, 100];
  const hidden = heads * headDim;
  const qkv = Array.from({ length: rows }, () =>
    Array.from({ length: prompt + steps }, () => numbers(3 * hidden)),
  );
  const expected = (row: number, t: number) =>
    Array.from({ length: heads }, (_, head) => {
      const part = (position: number, kind: number) => {
        const start = kind * hidden + head * headDim;
        return qkv[row][position].subarray(start, start + headDim);
      };
      const past = Array.from({ length: t + 1 }, (_, position) => position);
      return attendPlainly(
        part(t, 0),
        past.map((p) => part(p, 1)),
        past.map((p) => part(p, 2)),
      );
    }).flat();
  const pack = (order: number[], from: number, to: number) =>
    tf.tensor2d(
      order.flatMap((row) => qkv[row].slice(from, to).flatMap((piece) => [...piece])),
      [order.length * (to - from), 3 * hidden],
    );
  const check = (z: tf.Tensor, order: number[], positions: number[]) =>
    assert.ok(
      distance(
        z.dataSync(),
        order.flatMap((row) => positions.flatMap((t) => expected(row, t))),
      ) < 2e-6,
    );

  const all = Array.from({ length: prompt }, (_, t) => t);
  tf.tidy(() => {
    const whole = currentEngine().createMemory({ rows, heads, headDim });
    check(whole.attend(pack([0, 1], 0, prompt), false), [0, 1], all);
    whole.dispose();
    const memory = currentEngine().createMemory({ rows, heads, headDim }, prompt + 1);
    check(memory.attend(pack([0, 1], 0, prompt), true), [0, 1], [prompt - 1]);
    const order = [1, 0, 1];
    const copy = memory.copy(order);
    memory.dispose();
    for (let t = prompt; t < prompt + steps - 9; t++)
      check(copy.attend(pack(order, t, t + 1), false), order, [t]);
    const again = [0, 0, 1, 1];
    const second = copy.copy([1, 1, 0, 2]); // a copy of a copy; both go on
    for (let t = prompt + steps - 9; t < prompt + steps; t++) {
      check(second.attend(pack(again, t, t + 1), false), again, [t]);
      check(copy.attend(pack(order, t, t + 1), false), order, [t]);
    }
    copy.dispose();
    second.dispose();
  });
});

test("attention to a text sees what the mask shows, wherever that stands, and nothing where all is hidden", () => {
  const [rows, heads, headDim, tokens] = [2, 2, 4, 5];
  const hidden = heads * headDim;
  const mask = [
    [1, 0, 1, 1, 0],
    [0, 1, 0, 0, 0],
  ];
  const query = numbers(rows * hidden);
  const keyValues = numbers(rows * tokens * 2 * hidden);
  const expected = mask.flatMap((visible, row) =>
    [0, 1].flatMap((head) => {
      const seen = visible.flatMap((v, token) => (v ? token : []));
      const part = (token: number, kind: number) => {
        const start = ((row * tokens + token) * 2 + kind) * hidden + head * headDim;
        return keyValues.subarray(start, start + headDim);
      };
      const start = row * hidden + head * headDim;
      return attendPlainly(
        query.subarray(start, start + headDim),
        seen.map((t) => part(t, 0)),
        seen.map((t) => part(t, 1)),
      );
    }),
  );
  tf.tidy(() => {
    const text = currentEngine().createText(
      { rows, heads, headDim },
      tf.tensor2d(keyValues, [rows * tokens, 2 * hidden]),
      mask,
    );
    assert.ok(distance(text.attend(tf.tensor2d(query, [rows, hidden])).dataSync(), expected) < 2e-6);
    // Looked at from a copy whose rows are exchanged: shares stand where their tokens do, none where the mask hides.
    const exchanged = text.copy([1, 0]);
    const other = tf.tensor2d([...query.slice(hidden), ...query.slice(0, hidden)], [rows, hidden]);
    exchanged.attend(other, (pattern) => {
      const shares = pattern.arraySync() as number[][][][]; // [rows, 1, heads, tokens]
      for (const [row, visible] of [mask[1], mask[0]].entries()) {
        for (const share of shares[row][0]) {
          assert.deepEqual(
            share.map((value) => Number(value > 0)),
            visible,
          );
          assert.ok(Math.abs(share.reduce((sum, value) => sum + value) - 1) < 1e-6);
        }
      }
      return pattern;
    });
    exchanged.dispose();
    text.dispose();
    const zeros = tf.zeros([rows * tokens, 2 * hidden]) as tf.Tensor2D;
    const nothing = currentEngine().createText(
      { rows, heads, headDim },
      zeros,
      mask.map((row) => row.map(() => 0)),
    );
    assert.ok(
      nothing
        .attend(tf.tensor2d(query, [rows, hidden]))
        .dataSync()
        .every((value) => value === 0),
    );
    nothing.dispose();
  });
});
