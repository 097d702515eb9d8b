import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend, tf } from "../../lib/engine";
import { site, type Tap, type Taps } from "../../lib/model/taps";
import { distance, openFixture, shapes } from "./musicgenFixture";

const tolerance = 1e-4;

before(() => startBackend());

for (const shape of shapes) {
  test(`${shape}: logits and every head's z at every position are PyTorch's`, () => {
    const { decoder, batch, expected, config } = openFixture(shape);
    const { numHiddenLayers: layers, numAttentionHeads: heads, numCodebooks, vocabSize } = config.decoder;
    const seen: number[][] = [];
    const taps: Taps = new Map();
    for (let l = 0; l < layers; l++) {
      taps.set(site(l, "selfAttention.z"), (z) => {
        seen[l] = [...z.dataSync()];
        assert.deepEqual(z.shape, [2, 10, heads, config.decoder.hiddenSize / heads]);
      });
    }
    const logits = decoder.prefill(batch, { taps, logits: true })!;
    assert.deepEqual(logits.shape, [2, 10, numCodebooks, vocabSize]);
    const ordered = tf.transpose(logits, [0, 2, 1, 3]); // [rows, codebooks, positions, vocabulary]
    assert.ok(distance(ordered.dataSync(), expected("logits").values) < tolerance);
    const z = expected("z").values; // [rows, layers, positions, heads, headDim]
    assert.ok(
      distance(
        seen.flatMap((values) => values.slice(0, values.length / 2)),
        z.subarray(0, z.length / 2),
      ) < tolerance,
    );
    assert.ok(
      distance(
        seen.flatMap((values) => values.slice(values.length / 2)),
        z.subarray(z.length / 2),
      ) < tolerance,
    );
    decoder.dispose();
  });

  test(`${shape}: with text, logits and both kinds of z are PyTorch's, padding and all`, () => {
    const { decoder, batch, expected, text, config } = openFixture(shape);
    const cache = decoder.createCache(2, { text: decoder.readText(text()) });
    const z: tf.Tensor[] = [];
    const cross: tf.Tensor[] = [];
    const taps: Taps = new Map();
    for (let l = 0; l < config.decoder.numHiddenLayers; l++) {
      taps.set(site(l, "selfAttention.z"), (value) => void z.push(tf.keep(tf.clone(value))));
      taps.set(site(l, "crossAttention.z"), (value) => void cross.push(tf.keep(tf.clone(value))));
    }
    const logits = decoder.prefill(batch, { taps, logits: true, cache })!;
    const ordered = tf.transpose(logits, [0, 2, 1, 3]);
    assert.ok(distance(ordered.dataSync(), expected("text.logits").values) < tolerance);
    assert.ok(distance(tf.stack(z, 1).dataSync(), expected("text.z").values) < tolerance);
    assert.ok(distance(tf.stack(cross, 1).dataSync(), expected("text.crossZ").values) < tolerance);
  });

  test(`${shape}: steps over a cache give what reading all at once gives`, () => {
    const { decoder, batch, expected, text, config } = openFixture(shape);
    const { numCodebooks: codebooks, vocabSize: vocabulary } = config.decoder;
    for (const start of [1, 4]) {
      const cache = decoder.createCache(2, { origin: start, text: decoder.readText(text()) });
      decoder.prefill(
        batch.map((grid) => grid.map((row) => row.subarray(0, start))),
        { cache },
      );
      const whole = tf.tensor(expected("text.logits").values, expected("text.logits").shape);
      for (let t = start; t < 10; t++) {
        const tokens = Int32Array.from(batch.flatMap((grid) => grid.map((row) => row[t])));
        const logits = decoder.step(cache, tokens);
        const there = tf.slice(whole, [0, 0, t, 0], [2, codebooks, 1, vocabulary]);
        assert.ok(distance(logits.dataSync(), there.dataSync()) < tolerance, `position ${t}`);
      }
      cache.dispose();
    }
  });
}

test("many steps cross the cache's blocks", () => {
  const { decoder, config } = openFixture("plain");
  const { numCodebooks: codebooks, vocabSize: vocabulary } = config.decoder;
  const grid = Array.from({ length: codebooks }, (_, k) =>
    Int32Array.from({ length: 80 }, (_, t) => (7 * t * t + 3 * k) % vocabulary),
  );
  const whole = decoder.prefill([grid], { logits: "last" })!;
  const cache = decoder.createCache(1);
  decoder.prefill([grid.map((row) => row.subarray(0, 5))], { cache });
  let logits: tf.Tensor | undefined;
  for (let t = 5; t < 80; t++) logits = decoder.step(cache, Int32Array.from(grid.map((row) => row[t])));
  assert.ok(distance(logits!.dataSync(), whole.dataSync()) < tolerance);
});

test("the last position alone: same z, same logits, and the last layer sees one position", () => {
  const { decoder, batch } = openFixture("projected");
  const last: Record<string, Float32Array> = {};
  const capture = (lastOnly: boolean) => {
    const taps: Taps = new Map();
    const tap: Tap = (z, at) => {
      const end = tf.slice(z, [0, at.positions - 1, 0, 0], [-1, 1, -1, -1]);
      last[`${lastOnly} ${at.site}`] = end.dataSync() as Float32Array;
      if (lastOnly && at.layer === 2) assert.deepEqual([at.positions, at.step], [1, 9]);
      return undefined;
    };
    for (let l = 0; l < 3; l++) taps.set(site(l, "selfAttention.z"), tap);
    return decoder.prefill(batch, { taps, lastOnly, logits: "last" })!.dataSync();
  };
  assert.ok(distance(capture(true), capture(false)) < 1e-6);
  for (let l = 0; l < 3; l++) {
    const name = site(l, "selfAttention.z");
    assert.ok(distance(last[`true ${name}`], last[`false ${name}`]) < 1e-6);
  }
});

test("stopAfter ends the pass after that site's tap", () => {
  const { decoder, batch } = openFixture("plain");
  const called: string[] = [];
  const taps: Taps = new Map();
  for (const name of ["layers.0.residual", "layers.1.selfAttention.z", "layers.1.mlp.out"]) {
    taps.set(name, () => void called.push(name));
  }
  const logits = decoder.prefill(batch, { taps, logits: true, stopAfter: "layers.1.selfAttention.z" });
  assert.equal(logits, undefined);
  assert.deepEqual(called, ["layers.0.residual", "layers.1.selfAttention.z"]);
});

test("taps at every site are called in order, and a replaced value is what follows", () => {
  const { decoder, batch, text, config } = openFixture("plain");
  const called: string[] = [];
  const taps: Taps = new Map();
  for (let l = 0; l < 2; l++) {
    for (const kind of ["residual", "mlp.out", "crossAttention.z", "selfAttention.z"] as const) {
      taps.set(site(l, kind), (value, at) => {
        called.push(`${at.site} ${at.step} ${at.positions} ${at.prefill} ${value.rank}`);
        return undefined;
      });
    }
  }
  taps.set("layers.1.residual", (value) => tf.zerosLike(value));
  const cache = decoder.createCache(2, { origin: 10, text: decoder.readText(text()) });
  const logits = decoder.prefill(batch, { taps, logits: "last", cache })!;
  assert.deepEqual(called.slice(0, 4), [
    "layers.0.selfAttention.z -10 10 true 4",
    "layers.0.crossAttention.z -10 10 true 4",
    "layers.0.mlp.out -10 10 true 3",
    "layers.0.residual -10 10 true 3",
  ]);
  const values = logits.dataSync(); // with a residual of zero both rows see the final norm's bias alone
  assert.deepEqual(values.slice(0, values.length / 2), values.slice(values.length / 2));
  called.length = 0;
  decoder.step(cache, new Int32Array(2 * config.decoder.numCodebooks), taps);
  assert.equal(called[0], "layers.0.selfAttention.z 0 1 false 4");
});

test("no tensor is left behind", () => {
  const { decoder, batch, text } = openFixture("projected");
  const states = text();
  const taps: Taps = new Map([["layers.0.selfAttention.z", (z) => tf.add(z, 1)]]);
  const before = tf.memory().numTensors;
  const cache = decoder.createCache(2, { text: decoder.readText(states) });
  decoder.prefill(batch, { cache, taps, logits: "last" })!.dispose();
  for (let t = 0; t < 70; t++) decoder.step(cache, new Int32Array(4), taps).dispose();
  const copy = decoder.copyCache(cache, [1, 0, 0]);
  decoder.step(copy, new Int32Array(6)).dispose();
  copy.dispose();
  decoder.step(cache, new Int32Array(4)).dispose();
  cache.dispose();
  assert.equal(tf.memory().numTensors, before);
  decoder.prefill(batch, { taps, stopAfter: "layers.2.selfAttention.z" });
  assert.equal(tf.memory().numTensors, before);
});

test("a copied cache continues the rows it was asked for", () => {
  const { decoder, batch, text } = openFixture("plain");
  const cache = decoder.createCache(2, { text: decoder.readText(text()) });
  decoder.prefill(batch, { cache });
  const copy = decoder.copyCache(cache, [1, 1, 0]);
  const tokens = [1, 2, 3, 4];
  const wide = decoder
    .step(copy, Int32Array.from([...tokens, ...tokens, ...tokens]))
    .arraySync() as number[][];
  const narrow = decoder.step(cache, Int32Array.from([...tokens, ...tokens])).arraySync() as number[][];
  for (const [row, from] of [1, 1, 0].entries()) assert.ok(distance(wide[row], narrow[from]) < 1e-5);
});

test("bad input is refused by name", () => {
  const { decoder, batch } = openFixture("plain");
  assert.throws(
    () => decoder.prefill(batch, { taps: new Map([["layers.2.residual", () => undefined]]) }),
    /layers\.2\.residual.*0 to 1/,
  );
  assert.throws(() => decoder.prefill(batch, { stopAfter: "layers.0.z" }), /layers\.0\.z/);
  assert.throws(
    () => decoder.prefill([[51, 0, 0, 0].map((token) => Int32Array.of(token))]),
    /0 to 50, found 51/,
  );
  const taps: Taps = new Map([["layers.0.residual", () => tf.zeros([1, 2])]]);
  assert.throws(() => decoder.prefill(batch, { taps }), /layers\.0\.residual.*\[2,10,32\].*\[1,2\]/);
});
