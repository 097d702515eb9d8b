import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { loadJudge } from "../../lib/disk/loadJudge";
import { startBackend } from "../../lib/engine";
import { loadMusicGen } from "../../lib/loadMusicGen";

/*
 * The training commands from the first to the last in their quick profile: a few steps each, on the wasm engine with the
 * gradients it lacks, so that no native build is needed to know that they work.
 */
const root = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "training-"));
const models = join(folder, "models");
after(() => rmSync(folder, { recursive: true }));

function train(...words: string[]): string {
  const env = { ...process.env, SMITIN_TRAIN: join(folder, "state"), SMITIN_BACKEND: "wasm" };
  const args = ["--import", "tsx", "experiments/train/index.ts", ...words, "--profile", "quick"];
  return execFileSync(process.execPath, args, { cwd: root, env, encoding: "utf8", timeout: 400_000 });
}

test("codec: learns, quantises, and resumes where it stopped", () => {
  const printed = train("codec");
  assert.match(printed, /codec step 4\/4 .* spectral \d\.\d+ .* commitment \d\.\d+/);
  assert.equal(train("codec"), "", "a finished training has nothing left to do");
});

test("decoder and judge: learn from what the codec makes, and the judge from what the decoder does", () => {
  assert.match(
    train("decoder"),
    /decoder step 4\/4 .*unseen songs [5-7]\.\d+.* with their captions [5-7]\.\d+/,
  );
  assert.match(train("judge"), /judge epoch 1\/1 {2}loss \d+\.\d+ {2}clean [\d. ]+decoded.*redrawn/);
});

test("export: a model and a judge that load and run", async () => {
  train("export", "--to", models);
  await startBackend("wasm");
  const model = await loadMusicGen(join(models, "studio"));
  const [codes] = model.codec.encode([new Float32Array(3200).map((_, i) => 0.1 * Math.sin(i / 5))]);
  assert.deepEqual([codes.length, codes[0].length], [model.codebooks, 10]);
  assert.equal(model.codec.decode([codes])[0].length, 3200);
  assert.equal(model.tokenizer.encode(["slow song, drums"]).ids[0].length, 5);
  const judge = await loadJudge(join(models, "judge"));
  assert.equal(judge.hear([{ samples: new Float32Array(32000), sampleRate: 16000 }])[0].traits.length, 4);
});
