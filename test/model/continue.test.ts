import assert from "node:assert/strict";
import { before, test } from "node:test";
import { currentEngine, startBackend, tf } from "../../lib/engine";
import { type ContinueOptions, continueTokens, type Row } from "../../lib/model/generate/continue";
import type { TokenGrid } from "../../lib/model/generate/tokens";
import { site, type Tap, type TapPoint, type Taps } from "../../lib/model/taps";
import { type Fixture, openFixture, shapes } from "./musicgenFixture";

const frames = 7;

before(() => startBackend());

function start(
  fixture: Fixture,
  prompt: TokenGrid = fixture.grid("prompt").map(() => new Int32Array(0)),
): Row {
  return { prompt, seed: 0, guidance: 1, greedy: true };
}

/** The fixture's vector added to z: at every position, or at the new ones. */
function add({ expected, config }: Fixture, newOnly: boolean): Taps {
  const { values, shape } = expected("vector"); // [layers, heads, headDim]
  const tap: Tap = (z, { layer, prefill }) => {
    if (newOnly && prefill) return undefined;
    const [, heads, headDim] = shape;
    const size = heads * headDim;
    return tf.add(z, tf.tensor(values.slice(layer * size, (layer + 1) * size), [heads, headDim]));
  };
  const layers = Array.from({ length: config.decoder.numHiddenLayers }, (_, l) => l);
  return new Map(layers.map((l) => [site(l, "selfAttention.z"), tap]));
}

for (const shape of shapes) {
  const run = async (
    name: string,
    row: (fixture: Fixture) => Row,
    options: (fixture: Fixture) => Partial<ContinueOptions>,
  ) => {
    const fixture = openFixture(shape);
    const [grid] = await continueTokens(fixture.decoder, [row(fixture)], { frames, ...options(fixture) });
    assert.deepEqual(grid, fixture.grid(name), name);
  };

  test(`${shape}: greedy takes from nothing and from a prompt are PyTorch's`, async () => {
    await run(
      "unconditional",
      (fixture) => start(fixture),
      () => ({}),
    );
    await run(
      "continuation",
      (fixture) => start(fixture, fixture.grid("prompt")),
      () => ({}),
    );
  });

  test(`${shape}: with a vector added to z, at all positions or at new ones, they are PyTorch's`, async () => {
    const row = (fixture: Fixture) => start(fixture, fixture.grid("prompt"));
    await run("steered", row, (fixture) => ({ taps: add(fixture, false) }));
    await run("steeredNew", row, (fixture) => ({ taps: add(fixture, true) }));
    await run("steeredNew", row, (fixture) => ({ taps: onlyNew(add(fixture, true)), sharePrompt: true }));
  });

  test(`${shape}: guided takes are PyTorch's, with a padded text and with a vector too`, async () => {
    const guided = (prompt: boolean) => (fixture: Fixture) => ({
      ...start(fixture, prompt ? fixture.grid("prompt") : undefined),
      text: 0,
      guidance: 3,
    });
    await run("guided", guided(false), (fixture) => ({ text: fixture.text([0]) }));
    await run("guidedContinuation", guided(true), (fixture) => ({
      text: fixture.text([0]),
      sharePrompt: true,
    }));
    await run("guidedMasked", guided(false), (fixture) => ({ text: fixture.text([1]) }));
    await run("guidedSteered", guided(true), (fixture) => ({
      text: fixture.text([0]),
      taps: add(fixture, false),
    }));
  });
}

/** Taps that return nothing in the prompt, as sharing asks. */
function onlyNew(taps: Taps): Taps {
  return new Map([...taps].map(([name, tap]) => [name, (z, at) => (at.prefill ? undefined : tap(z, at))]));
}

test("a batch of different rows: each row is what it is alone", async () => {
  const fixture = openFixture("plain");
  const { decoder } = fixture;
  const other = fixture.grid("prompt").map((row) => row.map((token) => (token + 5) % 50));
  const rows: Row[] = [
    { prompt: fixture.grid("prompt"), seed: 1, guidance: 3, text: 1 },
    { prompt: other, seed: 1, guidance: 1, text: 0, topK: 5 },
    { prompt: fixture.grid("prompt"), seed: 2, guidance: 3, text: 1, temperature: 0.5 },
    { prompt: fixture.grid("prompt"), seed: 1, guidance: 3, text: 1 },
  ];
  const text = fixture.text();
  const together = await continueTokens(decoder, rows, { frames, text });
  const shared = await continueTokens(decoder, rows, { frames, text, sharePrompt: true });
  assert.deepEqual(shared, together);
  assert.deepEqual(together[3], together[0]);
  assert.notDeepEqual(together[2], together[0]);
  for (const [r, row] of rows.entries()) {
    const [alone] = await continueTokens(decoder, [row], { frames, text });
    assert.deepEqual(alone, together[r], `row ${r}`);
  }
});

test("shared prompts: all that a row computes is the same bit for bit, alone and among others", async (t) => {
  if (currentEngine().name !== "wasm") return t.skip("a promise of the wasm engine's kernels");
  const fixture = openFixture("plain");
  const other = fixture.grid("prompt").map((row) => row.map((token) => (token + 5) % 50));
  const rows: Row[] = [fixture.grid("prompt"), other, fixture.grid("prompt")].map((prompt, seed) => {
    return { prompt, seed, guidance: 2, text: seed === 1 ? 1 : 0 };
  });
  const text = fixture.text();
  /** The last layer's residual stream of one row, conditional, at every step. */
  const residuals = async (batch: Row[], row: number) => {
    const seen: Float32Array[] = [];
    const read: Tap = (value) => {
      const size = value.shape[2] as number;
      seen.push(value.dataSync<"float32">().slice(row * size, (row + 1) * size));
      return undefined;
    };
    const taps: Taps = new Map([[site(1, "residual"), read]]);
    await continueTokens(fixture.decoder, batch, { frames, text, taps, sharePrompt: true });
    return seen;
  };
  for (const [r, row] of rows.entries()) {
    const together = await residuals(rows, r);
    assert.deepEqual(await residuals([row], 0), together, `row ${r}`);
    assert.deepEqual(await residuals([...rows, ...rows].slice(r), 0), together, `row ${r} of many`);
  }
});

test("hooks: steps count new positions from 0, the prompt's are negative, taps see all rows of a shared prompt", async () => {
  const fixture = openFixture("projected");
  const events: string[] = [];
  const taps: Taps = new Map([
    [
      "layers.2.selfAttention.z",
      (z: tf.Tensor, at: TapPoint) => void events.push(`z ${at.step} [${z.shape}]`),
    ],
  ]);
  const row = start(fixture, fixture.grid("prompt"));
  await continueTokens(fixture.decoder, [row, row, row], {
    frames: 3,
    taps,
    sharePrompt: true,
    begin: ({ step, positions, prefill }) => events.push(`begin ${step} ${positions} ${prefill}`),
    end: ({ step }) => events.push(`end ${step}`),
  });
  const step = (i: number) => [`begin ${i} 1 false`, `z ${i} [3,1,2,12]`, `end ${i}`];
  const prompt = ["begin -7 7 true", "z -1 [3,1,2,12]", "end -7"];
  assert.deepEqual(events, [...prompt, ...step(0), ...step(1), ...step(2)]);
});

test("a replacement in a shared prompt is refused", async () => {
  const fixture = openFixture("plain");
  const row = start(fixture, fixture.grid("prompt"));
  const options = { frames, taps: add(fixture, false), sharePrompt: true };
  await assert.rejects(continueTokens(fixture.decoder, [row, row], options), /layers\.0.*shared prompt/);
});

test("an abort ends the generation and frees what it held; progress reaches its end", async () => {
  const fixture = openFixture("plain");
  const row = { ...start(fixture, fixture.grid("prompt")), text: 1, guidance: 2 };
  const text = fixture.text();
  const before = tf.memory().numTensors;
  const controller = new AbortController();
  const seen: number[][] = [];
  const onProgress = (done: number, steps: number) => {
    seen.push([done, steps]);
    if (done === 3) controller.abort();
  };
  const options = { frames, text, sharePrompt: true, onProgress, signal: controller.signal };
  await assert.rejects(continueTokens(fixture.decoder, [row, row], options), { name: "AbortError" });
  assert.deepEqual(seen.at(-1), [3, 10]);
  seen.length = 0;
  await continueTokens(fixture.decoder, [start(fixture)], {
    frames,
    onProgress: (...at) => seen.push(at.slice(0, 2) as number[]),
  });
  assert.deepEqual(seen.at(-1), [10, 10]);
  assert.equal(tf.memory().numTensors, before);
});
