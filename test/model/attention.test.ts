import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { diskFile } from "../../lib/disk/folder";
import { startBackend, tf } from "../../lib/engine";
import { openSafetensors } from "../../lib/model/checkpoint/safetensors";
import { joinTaps, type SiteKind, site, staged, type Tap, type Taps } from "../../lib/model/taps";
import { distance, type Fixture, openFixture, shapes } from "./musicgenFixture";

/* Attention's own sites against PyTorch's (test/fixtures/make/attention.py), in one pass and in steps. */
const tolerance = 1e-4;
/** Plain TensorFlow.js beside the engine that is tried. */
const engines = process.env.SMITIN_BACKEND ? [process.env.SMITIN_BACKEND] : ["wasm", "cpu"];
after(() => void startBackend(engines[0]));

const ownKinds = ["q", "k", "v", "pattern"] as const;

/** What PyTorch has: `read("text.q")` is [rows, layers, positions, heads, headDim], patterns [rows, layers, heads, positions, keys]. */
function known(shape: string) {
  const tensors = openSafetensors(diskFile(join(__dirname, "../fixtures/attention", `${shape}.safetensors`)));
  return (name: string) => tf.tensor(tensors.read(name), tensors.shape(name));
}

/** Taps that keep what a kind of site shows, a tensor a layer. */
function keeping(layers: number, kind: SiteKind, found: tf.Tensor[]): Taps {
  const read = (value: tf.Tensor) => void found.push(tf.keep(tf.clone(value)));
  return new Map(Array.from({ length: layers }, (_, l) => [site(l, kind), staged({ read })]));
}

/** [rows, layers, positions, heads, ...] of what was found. */
const byLayer = (found: tf.Tensor[]) => tf.stack(found, 1);

/** PyTorch's order of a pattern: [rows, layers, heads, positions, keys]. */
const asPyTorch = (pattern: tf.Tensor) => tf.transpose(pattern, [0, 1, 3, 2, 4]);

const close = (found: tf.Tensor, expected: tf.Tensor, what: string) => {
  assert.deepEqual(found.shape, expected.shape, what);
  assert.ok(distance(found.dataSync(), expected.dataSync()) < tolerance, what);
};

for (const engine of engines) {
  for (const shape of shapes) {
    test(`${engine}, ${shape}: queries, keys, values and patterns are PyTorch's`, async () => {
      await startBackend(engine);
      const { decoder, batch, text, config } = openFixture(shape);
      const { numHiddenLayers: layers } = config.decoder;
      const expected = known(shape);
      for (const withText of [false, true]) {
        const found = { q: [], k: [], v: [], pattern: [], cross: [] } as Record<string, tf.Tensor[]>;
        const own = ownKinds.map((kind) => keeping(layers, `selfAttention.${kind}`, found[kind]));
        const cross = keeping(layers, "crossAttention.pattern", found.cross);
        const cache = decoder.createCache(2, { text: withText ? decoder.readText(text()) : undefined });
        decoder.prefill(batch, { taps: joinTaps(...own, cross), cache });
        const name = withText ? "text." : "";
        for (const kind of ["q", "k", "v"]) close(byLayer(found[kind]), expected(name + kind), name + kind);
        close(asPyTorch(byLayer(found.pattern)), expected(`${name}pattern`), `${name}pattern`);
        assert.equal(found.cross.length, withText ? layers : 0);
        if (withText) close(asPyTorch(byLayer(found.cross)), expected("text.crossPattern"), "crossPattern");
        cache.dispose();
      }
      decoder.dispose();
    });

    test(`${engine}, ${shape}: a step's patterns are the last rows of the whole, copied caches and all`, async () => {
      await startBackend(engine);
      const { decoder, batch, text, config } = openFixture(shape);
      const { numHiddenLayers: layers, numAttentionHeads: heads } = config.decoder;
      const expected = known(shape);
      const prompt = decoder.createCache(2, { origin: 4, text: decoder.readText(text()) });
      decoder.prefill(
        batch.map((grid) => grid.map((row) => row.subarray(0, 4))),
        { cache: prompt },
      );
      const from = [1, 0, 1];
      const cache = decoder.copyCache(prompt, from);
      for (let t = 4; t < 10; t++) {
        const patterns: tf.Tensor[] = [];
        const cross: tf.Tensor[] = [];
        const taps = joinTaps(
          keeping(layers, "selfAttention.pattern", patterns),
          keeping(layers, "crossAttention.pattern", cross),
        );
        const tokens = Int32Array.from(from.flatMap((row) => batch[row].map((codes) => codes[t])));
        decoder.step(cache, tokens, taps).dispose();
        const rows = (name: string, keys: number) =>
          tf.slice(tf.gather(expected(name), from), [0, 0, 0, t, 0], [3, layers, heads, 1, keys]);
        close(asPyTorch(byLayer(patterns)), rows("text.pattern", t + 1), `pattern at ${t}`);
        close(asPyTorch(byLayer(cross)), rows("text.crossPattern", 5), `crossPattern at ${t}`);
      }
      cache.dispose();
      prompt.dispose();
      decoder.dispose();
    });
  }

  test(`${engine}: whoever only looks changes nothing, to the last bit`, async () => {
    await startBackend(engine);
    const fixture = openFixture("plain");
    const kinds = [...ownKinds.map((kind) => `selfAttention.${kind}` as const), "crossAttention.pattern"];
    const looking = joinTaps(...kinds.map((kind) => keeping(2, kind as SiteKind, [])));
    assert.deepEqual(logitsOf(fixture, looking), logitsOf(fixture));
    fixture.decoder.dispose();
  });

  test(`${engine}: what replaces a pattern, a query, a key or a value is what attention goes on with`, async () => {
    await startBackend(engine);
    const fixture = openFixture("plain");
    const plain = logitsOf(fixture);
    // What is put back by another tensor is the same attention.
    for (const kind of ownKinds) {
      const same: Taps = new Map([[site(0, `selfAttention.${kind}`), (value) => tf.add(value, 0)]]);
      assert.ok(distance(logitsOf(fixture, same), plain) < tolerance, kind);
    }
    // A pattern on the first key alone is z = v of the first position.
    const { decoder, batch } = fixture;
    const first: tf.Tensor[] = [];
    const cut: Taps = new Map<string, Tap>([
      [
        "layers.0.selfAttention.v",
        (v) => void first.push(tf.keep(tf.slice(v, [0, 0, 0, 0], [-1, 1, -1, -1]))),
      ],
      ["layers.0.selfAttention.pattern", (p) => onFirst(p)],
    ]);
    cut.set("layers.0.selfAttention.z", (z) => {
      close(z, tf.tile(first[0], [1, 10, 1, 1]), "z of the first position");
    });
    decoder.prefill(batch, { taps: cut });
    // Queries of zero look at all positions so far alike; keys of zero do too.
    for (const kind of ["q", "k"] as const) {
      const patterns: tf.Tensor[] = [];
      const taps = joinTaps(
        new Map([[site(1, `selfAttention.${kind}`), (value: tf.Tensor) => tf.zerosLike(value)]]),
        keeping(2, "selfAttention.pattern", patterns),
      );
      decoder.prefill(batch, { taps });
      const shares = patterns[1].arraySync() as number[][][][];
      for (const [t, at] of shares[0].entries()) assert.ok(Math.abs(at[0][0] - 1 / (t + 1)) < 1e-6);
    }
    decoder.dispose();
  });

  test(`${engine}: a pass can end at attention's sites, and leaves no tensor`, async () => {
    await startBackend(engine);
    const { decoder, batch } = openFixture("projected");
    const before = tf.memory().numTensors;
    for (const kind of ownKinds) {
      const called: string[] = [];
      const taps: Taps = new Map([
        [site(1, `selfAttention.${kind}`), () => void called.push("here")],
        [site(1, "selfAttention.z"), () => void called.push("after")],
      ]);
      decoder.prefill(batch, { taps, stopAfter: site(1, `selfAttention.${kind}`), lastOnly: true });
      assert.deepEqual(called, ["here"], kind);
    }
    assert.equal(tf.memory().numTensors, before);
    assert.throws(
      () =>
        decoder.prefill(batch, {
          taps: new Map([["layers.0.selfAttention.pattern", () => tf.zeros([2, 3])]]),
        }),
      /layers\.0\.selfAttention\.pattern.*\[2,10,2,10\].*\[2,3\]/,
    );
    decoder.dispose();
  });
}

/** The last position's logits with a text, then those of a step, with taps or without. */
function logitsOf({ decoder, batch, text }: Fixture, taps?: Taps): number[] {
  const cache = decoder.createCache(2, { origin: 10, text: decoder.readText(text()) });
  const prefill = decoder.prefill(batch, { taps, cache, logits: "last" })!.dataSync();
  const step = decoder.step(cache, new Int32Array(8), taps).dataSync();
  cache.dispose();
  return [...prefill, ...step];
}

/** All of a pattern's shares on the first key. */
function onFirst(pattern: tf.Tensor): tf.Tensor {
  const keys = pattern.shape[3]!;
  return tf.add(tf.mul(pattern, 0), tf.oneHot(0, keys));
}
