import assert from "node:assert/strict";
import { test } from "node:test";
import { tf } from "../../lib/engine";
import type { PrefillOptions } from "../../lib/model/decoder/decoder";
import { continueTokens, type Row } from "../../lib/model/generate/continue";
import type { Steer, TraitTrace } from "../../lib/model/intervention";
import { joinTaps, site, siteKinds, staged, type Taps } from "../../lib/model/taps";
import { ablate } from "../../lib/steering/ablate";
import { iti, smitin, steerRows, together } from "../../lib/steering/methods";
import { onNative } from "../engine/native";
import { madeUp } from "../sweep/fixture";
import { distance, type Fixture, openFixture, shapes } from "./musicgenFixture";

/* The decoder's passes as graphs against the same passes operation by operation, on the native engine. */
const skip = onNative();

/** A tap that is not made of stages, and so keeps a pass from running as a graph. It does nothing. */
const plainly: Taps = new Map([[site(0, "residual"), () => undefined]]);

/** How many graphs the engine holds. */
const graphs = () => (tf.backend() as unknown as { getNumOfSavedModels(): number }).getNumOfSavedModels();

/** Taps that note every value, and add to every other one. */
function noting({ config }: Fixture, seen: number[][]): Taps {
  const taps: Taps = new Map();
  for (let layer = 0; layer < config.decoder.numHiddenLayers; layer++) {
    for (const kind of siteKinds) {
      const read = (value: tf.Tensor) => void seen.push([...value.dataSync()]);
      const change = () => ({ scale: layer === 0 ? tf.scalar(0.5) : undefined, shift: tf.scalar(0.1) });
      taps.set(
        site(layer, kind),
        kind === "residual" ? staged({ read }) : staged({ read, change, scales: true }),
      );
    }
  }
  return taps;
}

for (const shape of shapes) {
  for (const withText of [false, true]) {
    test(`${shape}, ${withText ? "text" : "no text"}: logits and values at every site`, { skip }, () => {
      const fixture = openFixture(shape);
      const { decoder, batch, text } = fixture;
      const { numCodebooks: codebooks, vocabSize: vocabulary } = fixture.config.decoder;
      for (const start of [1, 6]) {
        const steps = start === 1 ? 36 : 3; // past a block of the cache
        const [graphed, eager] = ["graph", "eager"].map(() => {
          const texts = withText ? decoder.readText(text()) : undefined;
          const cache = decoder.createCache(2, { origin: start, text: texts });
          decoder.prefill(
            batch.map((grid) => grid.map((row) => row.subarray(0, start))),
            { cache },
          );
          return { cache, seen: [] as number[][] };
        });
        for (let t = 0; t < steps; t++) {
          const tokens = Int32Array.from(
            { length: 2 * codebooks },
            (_, i) => (7 * t * t + 3 * i) % vocabulary,
          );
          const taps = (seen: number[][]) => (t % 12 < 2 ? noting(fixture, seen) : new Map());
          const logits = decoder.step(graphed.cache, tokens, taps(graphed.seen)).dataSync();
          const expected = decoder.step(eager.cache, tokens, joinTaps(taps(eager.seen), plainly)).dataSync();
          assert.ok(distance(logits, expected) < 1e-4, `step ${t}`);
        }
        const [kinds, noted] = [withText ? 9 : 7, start === 1 ? 6 : 2];
        assert.equal(graphed.seen.length, noted * kinds * fixture.config.decoder.numHiddenLayers);
        assert.ok(distance(graphed.seen.flat(), eager.seen.flat()) < 1e-4);
        graphed.cache.dispose();
        eager.cache.dispose();
      }
      decoder.dispose();
    });
  }
}

test("tokens and traces are the same, greedy and seeded, steered and captured", { skip }, async () => {
  const { decoder, model, grid, text } = openFixture("plain");
  const probes = madeUp(model, model.fingerprint);
  const steers: Record<string, Steer | undefined> = {
    none: undefined,
    iti: iti(probes, { alpha: 20, topK: 3, monitor: true }),
    smitin: smitin(probes, { alpha: 20, every: 3, reads: "after" }),
    both: together(smitin(probes, { alpha: 20, threshold: 0.9 }), ablate([{ layer: 1, head: 2 }])),
    rows: steerRows([iti(probes, { alpha: 20 }), undefined, smitin(probes, { alpha: 9, threshold: 2 })]),
  };
  const sites = Array.from({ length: model.layers }, (_, l) => site(l, "selfAttention.z"));
  const before = graphs();
  for (const [name, steer] of Object.entries(steers)) {
    for (const greedy of [true, false]) {
      const play = async (more?: Taps) => {
        const captured: number[] = [];
        const read = (z: tf.Tensor) => void captured.push(...z.dataSync());
        const capture: Taps = new Map(sites.map((where) => [where, staged({ read })]));
        const rows: Row[] = [3, 5, 8].map((seed) => {
          return { prompt: grid("prompt"), seed, guidance: 2, text: 0, greedy };
        });
        const run = steer?.({ model, rows: 3, promptFrames: rows[0].prompt[0].length });
        const grids = await continueTokens(decoder, rows, {
          frames: 8,
          text: text([0]),
          taps: joinTaps(run?.taps, capture, more),
          begin: run?.begin,
          end: run?.end,
          sharePrompt: run?.changesPrompt === false,
        });
        const trace = run?.trace?.();
        run?.dispose?.();
        return { grids, captured, trace };
      };
      const graphed = await play();
      const made = graphs();
      const eager = await play(plainly);
      assert.equal(graphs(), made, `${name}: ran operation by operation`);
      assert.deepEqual(graphed.grids, eager.grids, name);
      assert.ok(distance(graphed.captured, eager.captured) < 1e-4, name);
      for (const [row, { step, traits }] of (graphed.trace ?? []).entries()) {
        const other = eager.trace![row];
        assert.deepEqual(step, other.step);
        const numbers = (of: TraitTrace[]) =>
          of.flatMap(({ strength, monitor }) => [...strength, ...monitor]);
        assert.ok(distance([0, 1, ...numbers(traits)], [0, 1, ...numbers(other.traits)]) < 1e-4);
      }
    }
  }
  assert.ok(graphs() > before, "ran as graphs");
  decoder.dispose();
});

test("a tap that decides by what it sees is obeyed", { skip }, () => {
  const { decoder, batch, config } = openFixture("plain");
  const cache = decoder.createCache(2);
  decoder.prefill(batch, { cache });
  const before = graphs();
  const taps: Taps = new Map([["layers.1.residual", (value) => tf.mul(value, value.dataSync()[0])]]);
  decoder.step(cache, new Int32Array(2 * config.decoder.numCodebooks), taps);
  assert.equal(graphs(), before);
  decoder.dispose();
});

test("of many kinds of steps, the latest ones' graphs are kept", { skip }, () => {
  const { decoder, config } = openFixture("plain");
  const before = graphs();
  for (let rows = 1; rows <= 26; rows++) {
    const cache = decoder.createCache(rows);
    decoder.step(cache, new Int32Array(rows * config.decoder.numCodebooks)).dispose();
    cache.dispose();
  }
  assert.equal(graphs() - before, 24);
  decoder.dispose();
});

test("no tensor and no graph is left behind", { skip }, () => {
  const fixture = openFixture("projected");
  const { decoder, batch, text } = fixture;
  const states = text();
  const before = [tf.memory().numTensors, graphs()];
  const cache = decoder.createCache(2, { text: decoder.readText(states) });
  decoder.prefill(batch, { cache, logits: "last" })!.dispose();
  for (let t = 0; t < 34; t++) decoder.step(cache, new Int32Array(4), noting(fixture, [])).dispose();
  const copy = decoder.copyCache(cache, [1, 0, 0]);
  decoder.step(copy, new Int32Array(6)).dispose();
  copy.dispose();
  cache.dispose();
  assert.equal(tf.memory().numTensors, before[0]);
  assert.ok(graphs() > before[1]);
  decoder.dispose();
  assert.equal(graphs(), before[1]);
});

/** Taps that note what they see: the last position of every head, all of the MLPs. */
function readings(layers: number, seen: number[][]): Taps {
  const read = (value: tf.Tensor) => void seen.push([...value.dataSync()]);
  const taps: Taps = new Map();
  for (let layer = 0; layer < layers; layer++) {
    taps.set(site(layer, "selfAttention.z"), staged({ read, lastOnly: true }));
    taps.set(site(layer, "mlp.out"), staged({ read }));
  }
  return taps;
}

for (const shape of shapes) {
  test(`${shape}, prefill: a pass that comes again gives what it gave`, { skip }, () => {
    const { decoder, batch, config } = openFixture(shape);
    const { numHiddenLayers: layers } = config.decoder;
    const kinds: PrefillOptions[] = [
      { logits: true },
      { logits: "last", lastOnly: true },
      { lastOnly: true, stopAfter: site(layers - 1, "selfAttention.z") },
    ];
    const [held, before] = [tf.memory().numTensors, graphs()];
    for (const options of kinds) {
      const run = (more?: Taps) => {
        const seen: number[][] = [];
        const taps = joinTaps(readings(layers, seen), more);
        const logits = decoder.prefill(batch, { ...options, taps });
        const numbers = [...(logits?.dataSync() ?? [])];
        logits?.dispose();
        return { numbers, seen };
      };
      const expected = run(plainly);
      for (let time = 0; time < 4; time++) {
        const { numbers, seen } = run();
        assert.deepEqual(
          seen.map(({ length }) => length),
          expected.seen.map(({ length }) => length),
        );
        assert.ok(
          distance([...numbers, ...seen.flat()], [...expected.numbers, ...expected.seen.flat()]) < 1e-4,
        );
      }
    }
    assert.equal(graphs() - before, kinds.length);
    assert.equal(tf.memory().numTensors, held);
    decoder.dispose();
    assert.equal(graphs(), before);
  });
}

test("other clips go through the same graph, and a change is obeyed", { skip }, () => {
  const { decoder, batch, config } = openFixture(shapes[0]);
  const { vocabSize } = config.decoder;
  const others = batch.map((grid) => grid.map((row) => row.map((code) => (code + 1) % vocabSize)));
  const options = { logits: "last", lastOnly: true } as const;
  for (let time = 0; time < 3; time++) decoder.prefill(batch, options);
  const [graphed, expected] = [options, { ...options, taps: plainly }].map((each) => [
    ...(decoder.prefill(others, each)?.dataSync() ?? []),
  ]);
  assert.ok(distance(graphed, expected) < 1e-4);
  const shift = staged({ change: () => ({ shift: tf.scalar(1) }) });
  const changed = [...Array(3)].map(() => [
    ...(decoder
      .prefill(others, { ...options, taps: new Map([[site(0, "selfAttention.z"), shift]]) })
      ?.dataSync() ?? []),
  ]);
  assert.deepEqual(changed[2], changed[0]);
  assert.ok(distance(changed[0], expected) > 1e-3);
  decoder.dispose();
});
