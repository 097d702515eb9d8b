import assert from "node:assert/strict";
import { before, test } from "node:test";
import { DataFrame } from "danfojs-node";
import { JSDOM } from "jsdom";
import type { Audio } from "../../lib/audio/audio";
import { startBackend, tf } from "../../lib/engine";
import { timbreEmbedding } from "../../lib/judges/embedding";
import { generate } from "../../lib/model/generate/generate";
import { composeSong } from "../../lib/music/song";
import { bundleOf } from "../../lib/notebook/bundle";
import type { MimeBundle } from "../../lib/notebook/output";
import { ranked } from "../../lib/probes/probe";
import { ablate } from "../../lib/steering/ablate";
import { smitin, together } from "../../lib/steering/methods";
import { sweepSteering } from "../../lib/sweep/sweep";
import { judge, openModel, prompt, smallSweep } from "../sweep/fixture";

before(() => startBackend("wasm"));

const model = openModel();
const { probes } = smallSweep(model);
const audio = (seconds: number): Audio => ({ samples: new Float32Array(400 * seconds), sampleRate: 400 });

/** The text of a value that is shown, whose HTML says the same. */
async function textOf(value: unknown): Promise<string> {
  const bundle = (await bundleOf(value)) as MimeBundle;
  const text = String(bundle["text/plain"]);
  assert.ok(text.length < 1500, `a dump of ${text.length} characters: ${text.slice(0, 200)}`);
  assert.equal(typeof bundle["text/html"], "string", text);
  const page = new JSDOM(String(bundle["text/html"])).window.document;
  const [title] = text.split("\n");
  assert.equal(page.querySelector("p")!.textContent, title);
  assert.deepEqual(
    [...page.querySelectorAll("code")].map((code) => code.textContent),
    text.split(/^Next: /m)[1]?.split(/\n\s+/) ?? [],
  );
  return text;
}

test("a model says what it is, without making its parts or reading its weights", async () => {
  const opened = openModel();
  for (const name of ["codec", "decoder", "text", "fingerprint"])
    Object.defineProperty(opened, name, { get: () => assert.fail(`${name} was made`) });
  const text = await textOf(opened);
  assert.match(text, /^MusicGen ".*plain": 2 layers of 4 heads\n/);
  assert.match(text, /4 codebooks/);
  assert.match(text, /Next: await generate\(model/);
});

test("probes: a set, a list and one", async () => {
  assert.match(
    await textOf(probes),
    /^Probes of \w+ on all 8 heads of plain\n[\s\S]*layer +head +accuracy in % \(95 %\)\n +1 +3 /,
  );
  assert.match(await textOf(probes.top(3)), /on 3 of 8 heads/);
  const list = ranked(probes.heads);
  assert.match(await textOf(list), /^8 probes:\n[\s\S]*\n +1 +3 +90\.0 \(/);
  assert.match(await textOf(list[0]), /^Probe of layer 1, head 3: 90\.0 % \(95 %: /);
  assert.match(
    await textOf({ drums: probes, piano: probes }),
    /^2 probe sets\n +drums +Probes of .*\n +piano +Probes of/,
  );
});

test("activations, pairs, prompts, songs", async () => {
  const activations = {
    ...{ z: new Float32Array(4 * 2 * 4 * 3), shape: [4, 2, 4, 3], labels: Uint8Array.of(1, 0, 1, 0) },
    ...{ pair: Int32Array.of(0, 0, 1, 1), trait: "drums", site: "layers.*.selfAttention.z" },
    ...{ model: { name: "plain", fingerprint: "" }, recipe: "two pairs" },
  };
  assert.match(
    await textOf(activations),
    /^Activations of 8 heads of plain on 4 clips: drums\n[\s\S]*2 with drums, 2 without/,
  );
  const { labels: _, pair: __, ...rest } = activations;
  const values = { ...rest, values: Float32Array.of(90, 100, 110, 120), unit: "beats/min" };
  assert.match(await textOf(values), /90\.0 to 120 beats\/min/);
  const pairs = [2, 3].map((song) => ({ with: audio(3), without: audio(3), trait: "drums", song }));
  assert.match(
    await textOf(pairs),
    /^2 pairs of clips, with and without drums\n +sound +3 s each, 0\.4 kHz\n +songs +2\n/,
  );
  assert.match(await textOf(pairs[0]), /^The same clip of song 2 with and without drums/);
  const prompts = [1, 2].map((song) => ({ audio: audio(3), trait: "bass", players: ["drums"], song }));
  assert.match(await textOf(prompts), /^2 prompts without bass\n/);
  const clips = [1, 2].map((song) => ({ audio: audio(3), value: 100 * song, trait: "tempo", song }));
  assert.match(await textOf(clips), /^2 clips with a value each: tempo\n +values +100 to 200 beats\/min/);
  assert.match(await textOf([audio(1), audio(2)]), /^2 sounds\n +sound +1 to 2 s each/);
  assert.match(await textOf(composeSong(3)), /^Song 3 of the studio band\n/);
});

test("steering, takes and traces", async () => {
  const steer = together(smitin(probes, { threshold: 0.4 }), ablate([{ layer: 1, head: 2 }]));
  const text = await textOf(steer);
  assert.match(text, /^Steering of \w+ and ablate for plain\n +ablate +1 head replaced\n/);
  assert.match(text, /selfMonitor +0\.400 +8 heads/);
  assert.equal(await textOf(steer.plan), text);
  const { audio: _, ...take } = await generate(model, { prompt: prompt(1, 6), frames: 5, steer });
  assert.match(
    await textOf(take),
    /^Take in tokens, seed 0: 6 frames of prompt and 5 new ones, 4 codebooks\n/,
  );
  assert.match(await textOf(take.trace), /^Trace of a take: \d+ steps\n[\s\S]*pushed at steps\n/);
  assert.match(await textOf({ none: audio(1), own: { ...take, audio: audio(1) } }), /own +Take, seed 0: 1 s/);
});

test("a sweep, its settings and its cells", async () => {
  const sweep = await sweepSteering(model, { ...smallSweep(model), alpha: [20], seeds: [0] });
  const text = await textOf(sweep);
  assert.match(text, /^Sweep for \w+: 15 takes of 5 settings\n +on +3 prompts, 1 seed\n/);
  assert.match(text, /method +alpha +K +n +success in % \(95 %\) +similarity \(95 %\)\n +none/);
  assert.match(await textOf(sweep.summary), /^5 settings of a sweep\n/);
  assert.match(await textOf(sweep.cells[1]), /^Cell of a sweep: iti, alpha 20, K 1/);
  assert.match(
    await textOf(sweep.cells),
    /^15 cells of a sweep\n +0 +Cell of a sweep: none\n[\s\S]*\n +\.\.\. +3 more/,
  );
});

test("judges, verdicts and embeddings", async () => {
  assert.match(await textOf(judge), /^Judge that hears drums and piano\n/);
  const [verdict] = (await judge.hear([audio(2)])) as object[];
  assert.match(await textOf(verdict), /^Verdict over 1 window\n[\s\S]*piano +0\.900/);
  assert.match(await textOf(timbreEmbedding), /^Embedding: timbre statistics\n/);
});

test("a tensor shows shape, dtype and its first values, also when it is disposed", async () => {
  const tensor = tf.range(0, 20, 1, "int32").reshape([4, 5]);
  assert.match(
    await textOf(tensor),
    /^Tensor, int32, \[4, 5\]\n +values +20 numbers\n +first +0, 1, 2, 3, 4, 5, 6, 7, \.\.\.\n/,
  );
  assert.match(await textOf(tf.scalar(0.123456)), /they are +0\.1235/);
  assert.match(await textOf(tf.zeros([0, 3])), /^Tensor, float32, \[0, 3\]/);
  assert.match(await textOf(tf.tensor(["a", "b"])), /they are +a, b/);
  const { numTensors } = tf.memory();
  tensor.dispose();
  assert.match(await textOf(tensor), /disposed: its values are gone/);
  assert.equal(tf.memory().numTensors, numTensors - 1);
});

test("showing a tensor leaves none behind", async () => {
  const tensor = tf.ones([3, 3]);
  const { numTensors } = tf.memory();
  await textOf(tensor);
  assert.equal(tf.memory().numTensors, numTensors);
});

test("other values are as they were", async () => {
  for (const value of [
    null,
    undefined,
    3,
    [],
    {},
    [1, 2],
    { a: 1 },
    () => 1,
    new Map([["a", 1]]),
    [{ a: 1 }],
    /x/,
  ])
    assert.deepEqual(Object.keys(await bundleOf(value)), ["text/plain"]);
  assert.match(String((await bundleOf(new DataFrame([{ a: 1 }])))["text/html"]), /^<table/);
});

test("a value whose getters throw has no summary", async () => {
  const wrong = {
    get trait(): string {
      throw new Error("no trait");
    },
  };
  assert.match(String((await bundleOf(wrong))["text/plain"]), /trait: \[Getter\]/);
});
