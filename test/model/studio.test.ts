import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import "../../lib/disk/soundFont";
import { soundLevel } from "../../lib/audio/level";
import { loadProbes, saveProbes } from "../../lib/disk/probeFile";
import { startBackend } from "../../lib/engine";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { generate, generateBatch } from "../../lib/model/generate/generate";
import type { MusicGen } from "../../lib/model/musicgen";
import { bandPairs, bandPrompts } from "../../lib/music/pairs";
import { captureHeads } from "../../lib/probes/capture";
import type { ProbeSet } from "../../lib/probes/probe";
import { trainProbes } from "../../lib/probes/train";
import { iti, monitorOnly, smitin } from "../../lib/steering/methods";
import { assertClose } from "../close";

/* The bundled model, from sound to probes to steered sound: one loaded model serves all of these. */
let model: MusicGen;
let probes: ProbeSet;
const folder = mkdtempSync(join(tmpdir(), "studio-"));

before(async () => {
  await startBackend();
  model = await loadMusicGen();
  const pairs = await bandPairs({ trait: "piano", count: 60, seconds: 3, seed: 21 });
  probes = trainProbes(await captureHeads(model, pairs), { seed: 1 });
});
after(() => {
  model.dispose();
  rmSync(folder, { recursive: true });
});

test("its codec keeps what is heard: the level, and the wave well above noise", async () => {
  const [{ with: clip }] = await bandPairs({ trait: "drums", count: 1, seconds: 3, seed: 22 });
  const [decoded] = model.codec.decode(model.codec.encode([clip.samples]));
  let error = 0;
  let energy = 0;
  clip.samples.forEach((x, i) => {
    error += (x - decoded[i]) ** 2;
    energy += x * x;
  });
  assert.ok(10 * Math.log10(energy / error) > 2, "signal to error in dB");
  assertClose(soundLevel({ samples: decoded, sampleRate: 16000 }).rms, soundLevel(clip).rms, 3);
});

test("heads know of an instrument, and differ in how well", () => {
  const { max, min } = probes.statistics;
  assert.ok(max > 0.75, `best head ${max}`);
  assert.ok(max - min > 0.1, `from ${min} to ${max}`);
});

test("a seed fixes a take; what is generated sounds", async () => {
  const options = { seconds: 1, seed: 5 };
  const [first, again, other] = [
    await generate(model, options),
    await generate(model, options),
    await generate(model, { ...options, seed: 6 }),
  ];
  assert.deepEqual(first.tokens, again.tokens);
  assert.deepEqual(first.audio.samples, again.audio.samples);
  assert.notDeepEqual(first.tokens, other.tokens);
  const { rms, clipped } = soundLevel(first.audio);
  assert.ok(rms > -45 && clipped < 0.01, `${rms} dBFS, ${clipped} clipped`);
});

test("text changes what comes, and guidance how much", async () => {
  const take = async (text?: string, guidance?: number) =>
    (await generate(model, { seconds: 1, seed: 2, text, guidance })).tokens;
  const text = "slow song, piano and bass, A minor";
  const [free, weak, strong] = [await take(), await take(text, 1), await take(text, 4)];
  assert.notDeepEqual(weak, free);
  assert.notDeepEqual(strong, weak);
});

test("a probe file steers as the probes it was saved from, and no other model", async () => {
  const path = join(folder, "piano.json");
  saveProbes(path, probes.top(16));
  const loaded = loadProbes(path, model);
  const [{ audio: prompt }] = await bandPrompts({ trait: "piano", count: 1, seconds: 1, seed: 2 });
  const steered = async (set: ProbeSet) =>
    (await generate(model, { prompt, seconds: 0.5, seed: 1, steer: iti(set, { alpha: 5 }) })).tokens;
  assert.deepEqual(await steered(loaded), await steered(probes.top(16)));
  assert.throws(() => loadProbes(path, { name: "another", fingerprint: "0".repeat(64) }), /fingerprint/);
});

test("SMITIN watches the same music that it steers: a trace a step, strength within 0 and 1", async () => {
  const [{ audio: prompt }] = await bandPrompts({ trait: "piano", count: 1, seconds: 1, seed: 3 });
  const [plain, pushed] = await generateBatch(
    model,
    [monitorOnly(probes), smitin(probes, { alpha: 10 })].map((steer) => ({ prompt, seed: 9, steer })),
    { frames: 40 },
  );
  assert.notDeepEqual(plain.tokens, pushed.tokens);
  const { step, traits } = pushed.trace!;
  const [{ monitor, strength }] = traits;
  assert.ok(step.length >= 40 && monitor.length === strength.length);
  assert.ok(monitor.every((c) => c >= 0 && c <= 1));
  assert.ok(strength.some((s) => s > 0) && strength.every((s) => s >= 0 && s <= 1));
  assert.ok(plain.trace!.traits[0].strength.every((s) => s === 0));
});
