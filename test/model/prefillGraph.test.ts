import assert from "node:assert/strict";
import { test } from "node:test";
import { tf } from "../../lib/engine";
import type { PrefillOptions } from "../../lib/model/decoder/decoder";
import { joinTaps, site, staged, type Taps } from "../../lib/model/taps";
import { onNative } from "../engine/native";
import { distance, openFixture, shapes } from "./musicgenFixture";

/* The decoder's passes over many positions as graphs against the same operation by operation, on the native engine. */
const skip = onNative();

/** A tap that is not made of stages, and so keeps a pass from running as a graph. It does nothing. */
const plainly: Taps = new Map([[site(0, "residual"), () => undefined]]);

const engine = () => tf.backend() as unknown as { getNumOfSavedModels(): number };

/** Taps that note what they see: the last position of every head, all of the MLPs. */
function noting(layers: number, seen: number[][]): Taps {
  const read = (value: tf.Tensor) => void seen.push([...value.dataSync()]);
  const taps: Taps = new Map();
  for (let layer = 0; layer < layers; layer++) {
    taps.set(site(layer, "selfAttention.z"), staged({ read, lastOnly: true }));
    taps.set(site(layer, "mlp.out"), staged({ read }));
  }
  return taps;
}

for (const shape of shapes) {
  test(`${shape}: a pass that comes again gives what it gave`, { skip }, () => {
    const { decoder, batch, config } = openFixture(shape);
    const { numHiddenLayers: layers } = config.decoder;
    const kinds: PrefillOptions[] = [
      { logits: true },
      { logits: "last", lastOnly: true },
      { lastOnly: true, stopAfter: site(layers - 1, "selfAttention.z") },
    ];
    const held = tf.memory().numTensors;
    for (const options of kinds) {
      const run = (more?: Taps) => {
        const seen: number[][] = [];
        const taps = joinTaps(noting(layers, seen), more);
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
    assert.equal(engine().getNumOfSavedModels(), kinds.length);
    assert.equal(tf.memory().numTensors, held);
    decoder.dispose();
    assert.equal(engine().getNumOfSavedModels(), 0);
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
