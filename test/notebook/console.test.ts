import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { replayTake } from "../../lib/disk/keptTake";
import { readWav } from "../../lib/disk/soundFile";
import { startBackend, tf } from "../../lib/engine";
import { createPacer } from "../../lib/live/pacer";
import { streamTake, wholeSound } from "../../lib/live/streamTake";
import { defaultStrip, type Strips } from "../../lib/live/strip";
import { generate } from "../../lib/model/generate/generate";
import type { MusicGen } from "../../lib/model/musicgen";
import { steeringConsole } from "../../lib/notebook/widgets/steeringConsole";
import type { Calibration } from "../../lib/probes/calibration";
import { type ProbeSet, withCalibration } from "../../lib/probes/probe";
import { ablate } from "../../lib/steering/ablate";
import { iti, monitorOnly, smitin, together } from "../../lib/steering/methods";
import { madeUp, openModel, prompt } from "../sweep/fixture";

let model: MusicGen;
let drums: ProbeSet;
let piano: ProbeSet;
const folder = mkdtempSync(join(tmpdir(), "console-"));

before(async () => {
  await startBackend("wasm");
  model = openModel();
  drums = madeUp(model, model.fingerprint);
  piano = { ...madeUp(model, model.fingerprint), trait: "piano" };
});
after(() => rmSync(folder, { recursive: true }));

const frames = 40;
const strips = (): Strips => ({
  drums: { ...defaultStrip(drums), alpha: 60, every: 2 },
  piano: { ...defaultStrip(piano, "iti"), alpha: -30 },
});
const source = () => ({ prompt: prompt(1, 6), frames, seed: 4, probes: { drums, piano } });

test("a streamed take is generate's, sample by sample, beside the unsteered one", async () => {
  const fixed = strips();
  const stretches: number[] = [];
  const take = await streamTake(model, {
    ...source(),
    stripsAt: () => fixed,
    chunk: 7,
    onSound: ([samples]) => void stretches.push(samples.length),
  });
  const steer = together(smitin(drums, { alpha: 60, every: 2 }), iti(piano, { alpha: -30, monitor: true }));
  const whole = await generate(model, { prompt: prompt(1, 6), frames, seed: 4, steer });
  const plain = await generate(model, { prompt: prompt(1, 6), frames, seed: 4 });
  assert.deepEqual(take.steered.tokens, whole.tokens);
  assert.deepEqual(take.plain!.tokens, plain.tokens);
  assert.notDeepEqual(whole.tokens, plain.tokens);
  assert.ok(stretches.length > 3);
  const fresh = whole.audio.samples.subarray(6 * model.codec.config.hopLength);
  assert.equal(take.steered.samples.length, fresh.length);
  const worst = fresh.reduce((most, x, i) => Math.max(most, Math.abs(x - take.steered.samples[i])), 0);
  assert.ok(worst < (model.codec.isRecurrent ? 0.05 : 1e-6), `differs by ${worst}`);
  assert.deepEqual(
    take.seen.map(({ monitor }) => monitor[0]),
    whole.trace!.traits[0].monitor,
  );
  assert.deepEqual(
    take.seen.map(({ strength }) => strength[1]),
    whole.trace!.traits[1].strength,
  );
  // the unsteered take has a curve of its own
  const watched = await generate(model, { prompt: prompt(1, 6), frames, seed: 4, steer: monitorOnly(drums) });
  assert.deepEqual(
    take.seen.map(({ unsteered }) => unsteered![0]),
    watched.trace!.traits[0].monitor,
  );
});

test("heads are muted from the step on that says so, as ablate does", async () => {
  const off: Strips = Object.fromEntries(
    Object.entries(strips()).map(([trait, strip]) => [trait, { ...strip, on: false }]),
  );
  const [nobody, heads] = [[], [{ layer: 0, head: 1 }]];
  const run = (mutedFrom: number) =>
    streamTake(model, {
      ...source(),
      stripsAt: () => off,
      mutedAt: (step) => (step < mutedFrom ? nobody : heads),
    });
  const fromStart = await run(0);
  const { tokens } = await generate(model, {
    ...{ prompt: prompt(1, 6), frames, seed: 4, steer: ablate(heads, { from: "new" }) },
  });
  assert.deepEqual(fromStart.steered.tokens, tokens);
  assert.deepEqual(fromStart.moves, [{ step: 0, strips: off, muted: heads }]);
  const later = await run(15);
  assert.deepEqual(
    later.moves.map(({ step, muted }) => [step, muted]),
    [
      [0, undefined],
      [15, heads],
    ],
  );
  assert.notDeepEqual(later.steered.tokens, later.plain!.tokens);
  const until = (grid: typeof tokens) => [...grid[0].subarray(0, 6 + 16)];
  assert.deepEqual(until(later.steered.tokens), until(later.plain!.tokens));
});

test("tokens and logits are told as they come, and sound from where it is asked for", async () => {
  const fixed = strips();
  const told: number[][][] = [];
  const likeliest: number[] = [];
  const hop = model.codec.config.hopLength;
  const { steered, promptFrames } = await streamTake(model, {
    ...{ ...source(), sampling: { greedy: true }, stripsAt: () => fixed, soundFrom: 2 },
    onTokens: (rows) => void told.push(rows),
    onLogits(logits) {
      assert.equal(logits.length, 2 * model.codebooks * model.vocabulary);
      const first = logits.subarray(0, model.vocabulary);
      likeliest.push(first.indexOf(Math.max(...first)));
    },
  });
  assert.deepEqual(
    told.map(([row]) => row),
    Array.from({ length: frames }, (_, i) => steered.tokens.map((codes) => codes[promptFrames + i])),
  );
  assert.deepEqual(likeliest.slice(0, frames), [...steered.tokens[0].subarray(promptFrames)]);
  assert.equal(steered.samples.length, (promptFrames - 2 + frames) * hop);
});

test("a slider acts on what comes after it, and on nothing before", async () => {
  const first = strips();
  const second = { ...first, drums: { ...first.drums, alpha: 400, every: 1, gate: "always" as const } };
  const run = (moveAt: number) =>
    streamTake(model, { ...source(), stripsAt: (step) => (step < moveAt ? first : second), compare: false });
  const [still, moved] = [await run(1000), await run(15)];
  assert.deepEqual(
    moved.moves.map(({ step }) => step),
    [0, 15],
  );
  const [a, b] = [still, moved].map(({ steered }) => steered.tokens[0]);
  assert.deepEqual([...a.subarray(0, 6 + 16)], [...b.subarray(0, 6 + 16)]);
  assert.notDeepEqual([...a.subarray(6 + 16)], [...b.subarray(6 + 16)]);
});

test("the console plays without a page, keeps takes, and they can be made again move by move", async () => {
  const tensors = tf.memory().numTensors;
  const desk = steeringConsole(
    model,
    { drums, piano },
    {
      prompt: prompt(1, 6),
      seconds: 30 / model.frameRate,
      seed: 4,
      folder,
      strips: { drums: { alpha: 80 } },
    },
  );
  assert.throws(() => desk.keep(), /no take yet/);
  assert.throws(() => desk.set("bass", {}), /expected one of drums, piano, found "bass"/);
  const playing = desk.play();
  assert.equal(desk.play(), playing);
  setTimeout(() => desk.set("drums", { alpha: -80 }), 5);
  const take = await playing;
  assert.equal(desk.last, take);
  assert.equal(take.steered.tokens[0].length, 6 + 30);
  const { wav, json } = desk.keep("first");
  const again = await replayTake(model, json);
  assert.deepEqual(again.steered.tokens, take.steered.tokens);
  assert.deepEqual(again.steered.samples, take.steered.samples);
  const written = readWav(wav).samples;
  const whole = wholeSound(model, take.steered).samples;
  assert.ok(written.every((x, i) => Math.abs(x - Math.max(-1, Math.min(1, whole[i]))) < 1e-3));
  const rest = tf.memory().numTensors;
  await desk.play();
  assert.equal(tf.memory().numTensors, rest);
  assert.ok(rest >= tensors);
});

test("a strip begins at the calibrated alpha, where probes have one, and at the paper's otherwise", () => {
  const found: Calibration = {
    ...{ method: "smitin", alpha: 55, interval: [50, 60], target: 0.5, success: 0.46875 },
    ...{ successInterval: [0.309, 0.636], n: 32, judge: "judge", heads: drums.heads.length, seed: 0 },
    ...{ recipe: "32 prompts", trials: [] },
  };
  const ready = withCalibration(drums, found);
  const desk = steeringConsole(model, { ready, drums });
  assert.deepEqual([desk.strips.ready.alpha, desk.strips.drums.alpha], [55, 5]);
  assert.equal(desk.widget.get("maxAlpha"), 55);
  const [{ calibrated }, plain] = desk.widget.get("traits");
  assert.deepEqual(calibrated, {
    smitin: { alpha: 55, about: "alpha 55: 47 % of 32 takes had the trait (95 % interval 31 % to 64 %)" },
  });
  assert.ok(!("calibrated" in plain));
  assert.equal(steeringConsole(model, { ready }, { strips: { ready: { alpha: 7 } } }).strips.ready.alpha, 7);
  const others = steeringConsole(model, { ready: ready.top(2) });
  assert.equal(others.strips.ready.alpha, 5, "it was not found with these heads");
});

test("a take that was stopped is kept as far as it came, and made again", async () => {
  const desk = steeringConsole(model, { drums }, { seconds: 50 / model.frameRate, seed: 9, folder });
  const { send } = desk.widget;
  desk.widget.send = (content, buffers) => {
    send(content, buffers);
    if ("sound" in (content as object)) desk.stop();
  };
  const take = await desk.play();
  const made = take.steered.tokens[0].length;
  assert.ok(made > 0 && made < 50, `${made} frames`);
  const again = await replayTake(model, desk.keep("stopped").json);
  assert.deepEqual(again.steered.tokens, take.steered.tokens);
});

test("a take that was stopped before its first frame cannot be kept", async () => {
  const desk = steeringConsole(model, { drums }, { prompt: prompt(1, 6), folder });
  const playing = desk.play();
  desk.stop();
  assert.equal((await playing).steered.tokens[0].length, 6);
  assert.throws(() => desk.keep("none"), /take none: expected at least one new frame, found none/);
  assert.ok(!existsSync(join(folder, "none.wav")));
});

test("a take that is held back again and again leaves no listener behind", async () => {
  const { signal } = new AbortController();
  const pacer = createPacer(0.1);
  pacer.begin(true, () => assert.fail("somebody listens"));
  let most = 0;
  for (let at = 1; at <= 20; at++) {
    const held = pacer.hold(at, signal);
    for (let part = 0; part < 5; part++) {
      pacer.played(at - 0.9 + part / 10);
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, getEventListeners(signal, "abort").length);
    }
    pacer.played(at);
    await held;
  }
  assert.deepEqual([most, getEventListeners(signal, "abort").length], [1, 0]);
});

test("what is made stays just ahead of what sounds, and stops when nobody listens", async () => {
  const { signal } = new AbortController();
  const pacer = createPacer(0.4);
  pacer.begin(true, () => assert.fail("somebody listens"));
  assert.equal(pacer.hold(0.4, signal), undefined);
  let isThrough = false;
  const held = Promise.resolve(pacer.hold(0.6, signal)).then(() => {
    isThrough = true;
  });
  pacer.played(0.1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(isThrough, false);
  pacer.played(0.25);
  await held;
  pacer.played(3);
  assert.equal(pacer.hold(3.4, signal), undefined);
  pacer.rewind(); // a page that was loaded again
  const again = pacer.hold(3.4, signal);
  assert.ok(again);
  pacer.played(3);
  await again;
  pacer.begin(false, () => {});
  pacer.rewind();
  assert.equal(pacer.hold(100, signal), undefined);
  assert.equal(getEventListeners(signal, "abort").length, 0, "no wait leaves a listener behind");
});
