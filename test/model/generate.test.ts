import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { diskFolder } from "../../lib/disk/folder";
import { startBackend, tf } from "../../lib/engine";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { generate, generateBatch } from "../../lib/model/generate/generate";
import type { Steer } from "../../lib/model/intervention";
import { type MusicGen, openMusicGen } from "../../lib/model/musicgen";
import { site } from "../../lib/model/taps";
import { freshHome } from "../hub/environment";
import { openFixture } from "./musicgenFixture";

const fixture = () => openFixture("plain");

/** The fixture's model; it has no tokenizer.json, so a text is a name of one of the two texts of PyTorch's. */
function open(): MusicGen {
  const { folder } = fixture();
  const model = openMusicGen(diskFolder(folder));
  const { textIds, textMask } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  const tokenizer = {
    encode: (texts: string[]) => ({
      ids: texts.map((text) => textIds[Number(text)]),
      mask: texts.map((text) => textMask[Number(text)]),
    }),
  };
  return Object.defineProperty(model, "tokenizer", { value: tokenizer });
}

before(() => startBackend());

test("a continuation of tokens: PyTorch's tokens, and sound of that length", async () => {
  const model = open();
  const { grid } = fixture();
  const take = await generate(model, { prompt: grid("prompt"), frames: 7, greedy: true });
  assert.deepEqual(take.tokens, grid("continuation"));
  assert.deepEqual([take.promptFrames, take.audio.samples.length, take.audio.sampleRate], [6, 13 * 8, 400]);
  const fromNothing = await generate(model, { seconds: 7 / 50, greedy: true });
  assert.deepEqual(fromNothing.tokens, grid("unconditional"));
});

test("texts through tokens, T5 and guidance: PyTorch's tokens", async () => {
  const model = open();
  const { grid } = fixture();
  const takes = await generateBatch(
    model,
    [
      { prompt: grid("prompt"), text: "0", greedy: true },
      { prompt: grid("prompt"), text: "1", greedy: true },
      { prompt: grid("prompt"), text: "0", greedy: true },
    ],
    { frames: 7 },
  );
  assert.deepEqual(takes[0].tokens, grid("guidedContinuation"));
  assert.deepEqual(takes[2].tokens, grid("guidedContinuation"));
  const masked = await generate(model, { text: "1", frames: 7, greedy: true });
  assert.deepEqual(masked.tokens, grid("guidedMasked"));
});

test("a prompt of sound is encoded, resampled when needed", async () => {
  const model = open();
  const samples = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i / 3));
  const take = await generate(model, { prompt: { samples, sampleRate: 800 }, frames: 3, seed: 5 });
  assert.equal(take.promptFrames, 25);
  assert.equal(take.tokens[0].length, 28);
  const again = await generate(model, { prompt: { samples, sampleRate: 800 }, frames: 3, seed: 5 });
  assert.deepEqual(again.tokens, take.tokens);
});

test("a prompt as sweeps take it: its sound or tokens, and its text", async () => {
  const model = open();
  const { grid } = fixture();
  const tokens = grid("prompt");
  const options = { frames: 7, greedy: true };
  const take = await generate(model, { prompt: { tokens, text: "0" }, ...options });
  assert.deepEqual(take.tokens, grid("guidedContinuation"));
  const audio = { samples: Float32Array.from({ length: 200 }, (_, i) => Math.sin(i / 3)), sampleRate: 400 };
  const song = { audio, trait: "drums", players: ["bass"], song: 7 };
  const [given, plain] = [
    await generate(model, { prompt: song, ...options }),
    await generate(model, { prompt: audio, ...options }),
  ];
  assert.deepEqual(given.tokens, plain.tokens);
  const refused = (prompt: object, message: RegExp, text?: string) =>
    assert.rejects(generate(model, { prompt, text, ...options }), message);
  await refused({ audio, tokens }, /prompt: expected audio or tokens, found both/);
  await refused(
    { with: audio, without: audio },
    /prompt: expected audio, tokens.*found one with with, without/,
  );
  await refused({ tokens, text: "0" }, /text: expected one, found "1" and the prompt's "0"/, "1");
});

test("steering: rows of one batch with plans of their own, each as it is alone, traces in place", async () => {
  const model = open();
  const { grid, expected } = fixture();
  const { values, shape } = expected("vector");
  const disposed: string[] = [];
  const steerBy =
    (strength: number): Steer =>
    ({ rows, promptFrames }) => {
      assert.equal(promptFrames, 6);
      const vector = tf.tensor(
        values.map((value) => strength * value),
        shape,
      ); // [layers, heads, headDim]
      const taps = new Map(
        [0, 1].map((l) => [site(l, "selfAttention.z"), (z: tf.Tensor) => tf.add(z, tf.gather(vector, l))]),
      );
      return {
        taps,
        trace: () =>
          Array.from({ length: rows }, () => ({
            step: [],
            traits: [{ trait: "own", monitor: [], threshold: strength, strength: [] }],
          })),
        dispose: () => {
          disposed.push(String(strength));
          vector.dispose();
        },
      };
    };
  const [once, twice] = [steerBy(1), steerBy(-2)];
  const base = { prompt: grid("prompt"), greedy: true };
  await generate(model, { ...base, frames: 7 }); // builds the parts
  const before = tf.memory().numTensors;
  const takes = await generateBatch(
    model,
    [{ ...base, steer: once }, { ...base, steer: once }, base, { ...base, steer: twice }],
    { frames: 7 },
  );
  assert.deepEqual(disposed, ["1", "-2"]);
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual(takes[0].tokens, grid("steered"));
  assert.deepEqual(takes[1].tokens, grid("steered"));
  assert.deepEqual(takes[2].tokens, grid("continuation"));
  assert.deepEqual(
    takes.map(({ trace }) => trace?.traits[0].threshold),
    [1, 1, undefined, -2],
  );
  const alone = await generate(model, { ...base, frames: 7, steer: twice });
  assert.deepEqual(takes[3].tokens, alone.tokens);
  const guided = await generateBatch(
    model,
    [
      { ...base, text: "0", steer: once },
      { ...base, text: "1", steer: twice },
    ],
    { frames: 7 },
  );
  assert.deepEqual(guided[0].tokens, grid("guidedSteered"));
});

test("a folder that lacks a part says so when the part is used; one that does not exist says what to place where", async (t) => {
  freshHome(t, { HF_HUB_OFFLINE: "1" });
  const { folder } = fixture();
  const disk = diskFolder(folder);
  const model = openMusicGen({ ...disk, has: (file) => disk.has(file) });
  assert.throws(() => model.tokenizer, /tokenizer\.json/);
  await assert.rejects(
    loadMusicGen("facebook/musicgen-small"),
    /config\.json.*data\/models\/facebook\/musicgen-small/,
  );
  const loaded = await loadMusicGen(folder);
  assert.equal(loaded.name, "plain");
  assert.match(loaded.fingerprint, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    [loaded.layers, loaded.heads, loaded.headDim, loaded.codebooks, loaded.vocabulary],
    [2, 4, 8, 4, 50],
  );
  assert.deepEqual([loaded.sampleRate, loaded.frameRate], [400, 50]);
});

test("impossible options are refused", async () => {
  const model = open();
  await assert.rejects(generate(model, { frames: 0 }), /frames.*found 0/);
  await assert.rejects(generate(model, { seconds: -1 }), /seconds: expected a number above 0, .*, found -1$/);
  await assert.rejects(generate(model, { seconds: Number.NaN }), /seconds: .*found NaN/);
  await assert.rejects(generate(model, { frames: 2, temperature: -1 }), /temperature/);
  await assert.rejects(generate(model, { frames: 2, prompt: [Int32Array.of(1)] }), /4 codebooks, found 1/);
  await assert.rejects(generate(model, { frames: 2, guidance: Number.NaN, text: "0" }), /guidance.*NaN/);
  const prompts = [fixture().grid("prompt"), fixture().grid("continuation")];
  await assert.rejects(
    generateBatch(
      model,
      prompts.map((prompt) => ({ prompt })),
    ),
    /prompts of one length, found 6 and 13 frames/,
  );
  await assert.rejects(generateBatch(model, [{ text: "0" }, {}], { frames: 2 }), /every row or in none/);
  await assert.rejects(generateBatch(model, [{ seed: 0.5 }]), /seed: expected an integer, found 0.5/);
  await assert.rejects(generateBatch(model, []), /at least one/);
});

test("what belongs to the batch is an option of the batch: a row that holds it is refused, not ignored", async () => {
  const model = open();
  const odd: Record<string, unknown> = {
    frames: 3,
    seconds: 1,
    taps: new Map(),
    signal: AbortSignal.timeout(1e6),
    onProgress: () => {},
    onFrame: () => {},
  };
  for (const [name, value] of Object.entries(odd)) {
    await assert.rejects(
      generateBatch(model, [{}, { [name]: value }]),
      new RegExp(`${name} belongs to all rows: expected it in the third argument, found it in row 1`),
    );
  }
  const steer: Steer = () => ({ taps: new Map() });
  await assert.rejects(
    generateBatch(model, [{}, { steer }], { steer }),
    /one for the batch or one a row, found both at row 1/,
  );
});

test("a batch's options reach the whole batch, whichever row is first", async () => {
  const model = open();
  const { grid } = fixture();
  const heights = new Set<number>();
  const taps = new Map([[site(1, "residual"), (value: tf.Tensor) => void heights.add(value.shape[0])]]);
  const [progress, frames]: [number[], number[]] = [[], []];
  const takes = await generateBatch(
    model,
    [
      { prompt: grid("prompt"), greedy: true },
      { prompt: grid("prompt"), greedy: true, seed: 4 },
    ],
    {
      frames: 7,
      taps,
      onProgress: (done) => void progress.push(done),
      onFrame: (known) => void frames.push(known),
    },
  );
  assert.deepEqual([...heights], [2]);
  assert.deepEqual([progress.length, progress.at(-1), frames.at(-1)], [10, 10, 13]);
  assert.deepEqual(
    takes.map(({ seed, tokens, options }) => [seed, tokens, options.frames]),
    [0, 4].map((seed) => [seed, grid("continuation"), 7]),
  );
});

test("rows steered in different ways by one method share an intervention; other functions have their own", async () => {
  const model = open();
  const made: (number | undefined)[][] = [];
  /** Notes which rows an intervention was made for. */
  const byRows = (rows: (Steer | undefined)[]): Steer => {
    return () => {
      made.push(rows.map((row) => (row as (Steer & { strength: number }) | undefined)?.strength));
      const trait = (row: Steer | undefined) => String((row as { strength?: number } | undefined)?.strength);
      const traces = rows.map((row) => ({
        step: [],
        traits: [{ trait: trait(row), monitor: [], threshold: Number.NaN, strength: [] }],
      }));
      return { taps: new Map(), trace: () => traces };
    };
  };
  const kind = (strength: number): Steer =>
    Object.assign<Steer, object>(() => assert.fail("alone"), { strength, byRows });
  const own: Steer = ({ rows }) => {
    made.push(new Array(rows).fill(-1));
    return { taps: new Map() };
  };
  const takes = await generateBatch(
    model,
    [undefined, kind(1), kind(2), undefined, own, own, undefined, kind(3), undefined].map((steer) => ({
      steer,
    })),
    { frames: 1 },
  );
  assert.deepEqual(made, [
    [undefined, 1, 2, undefined],
    [-1, -1],
    [undefined, 3, undefined],
  ]);
  assert.deepEqual(
    takes.map(({ trace }) => trace?.traits[0].trait),
    [undefined, "1", "2", undefined, undefined, undefined, undefined, "3", undefined],
  );
});

test("an intervention that cannot begin leaves nothing of the others behind", async () => {
  const model = open();
  let disposed = 0;
  const first: Steer = () => ({ taps: new Map(), dispose: () => void disposed++ });
  const second: Steer = () => {
    throw new Error("cannot");
  };
  await assert.rejects(generateBatch(model, [{ steer: first }, { steer: second }], { frames: 1 }), /cannot/);
  assert.equal(disposed, 1);
});

test("the checkpoint says how tokens are chosen: greedily, among how many, of which probability; options say otherwise", async () => {
  const model = open();
  const prompt = fixture().grid("prompt");
  const wish = { prompt, frames: 7, seed: 3 };
  const take = async (options: object = {}) => (await generate(model, { ...wish, ...options })).tokens;
  const [greedy, free, narrow] = [
    await take({ greedy: true }),
    await take({ topK: 0 }),
    await take({ topK: 0, topP: 0.3 }),
  ];
  assert.notDeepEqual(free, greedy);
  assert.notDeepEqual(narrow, free);
  const { generation } = model.config;
  generation.topK = 0;
  assert.deepEqual(await take(), free);
  generation.topP = 0.3;
  assert.deepEqual(await take(), narrow);
  assert.deepEqual(await take({ topP: 1 }), free);
  generation.doSample = false;
  assert.deepEqual(await take(), greedy);
  assert.deepEqual(await take({ greedy: false }), narrow);
});

test("a seed of more than 32 bits makes music of its own", async () => {
  const model = open();
  const take = async (seed: number) => (await generate(model, { frames: 9, seed })).tokens;
  assert.notDeepEqual(await take(2 ** 32), await take(0));
  assert.deepEqual(await take(2 ** 32), await take(2 ** 32));
  await assert.rejects(take(2 ** 53), /seed: expected an integer, found 9007199254740992/);
});

test("a prompt longer than the model was made for is read, with a hint, once for each model", async (t) => {
  const model = open();
  const { warn } = console;
  const said: string[] = [];
  console.warn = (text: string) => void said.push(text);
  t.after(() => {
    console.warn = warn;
  });
  model.config.generation.maxLength = 5;
  const prompt = fixture().grid("prompt");
  for (let time = 0; time < 2; time++)
    assert.equal((await generate(model, { prompt, frames: 2, greedy: true })).promptFrames, 6);
  assert.equal(said.length, 1);
  assert.match(said[0], /^The prompt lasts 0\.12 s, and \S+ was made for 0\.1 s: /);
});
