import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { toBatch } from "../../experiments/train/batch";
import { fromDecoderCheckpoint } from "../../experiments/train/checkpointLayout";
import { decoderLosses } from "../../experiments/train/decoderLosses";
import { createDecoderParameters } from "../../experiments/train/decoderNetwork";
import { evaluation, evaluationTable } from "../../experiments/train/evaluate";
import { natsOf } from "../../experiments/train/nats";
import { diskFolder } from "../../lib/disk/folder";
import { loadJudge } from "../../lib/disk/loadJudge";
import { tf } from "../../lib/engine";
import { modelsFolder } from "../../lib/hub/loadModel";
import { loadMusicGen } from "../../lib/loadMusicGen";
import { random } from "../../lib/math/random";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import type { MusicGen } from "../../lib/model/musicgen";
import { assertClose } from "../close";

let model: MusicGen;
const cache = mkdtempSync(join(tmpdir(), "evaluation-"));

before(async () => {
  process.env.SMITIN_CACHE = cache;
  model = await loadMusicGen();
});
after(() => rmSync(cache, { recursive: true }));

test("nats a token are those of the decoder's training", () => {
  const uniform = random(4);
  const grids = [0, 1].map(() =>
    Array.from({ length: 4 }, () => Int32Array.from({ length: 40 }, () => Math.floor(256 * uniform()))),
  );
  const parameters = createDecoderParameters(2);
  const weights = openCheckpoint(diskFolder(join(modelsFolder, "studio")));
  const values = [...fromDecoderCheckpoint(weights, parameters).values()];
  tf.tidy(() => parameters.flat.assign(tf.concat(values.map((each) => tf.tensor1d(each)))));
  const rows = grids.map((grid) => ({ codes: grid.map((row) => Int16Array.from(row)), from: 0, text: [] }));
  const expected = tf.tidy(() => decoderLosses(parameters, toBatch(rows, 30)).tokens.dataSync());
  const found = natsOf(model, grids, 30);
  for (let k = 0; k < 4; k++) assertClose((found[0][k] + found[1][k]) / 2, expected[k], 1e-3);
});

test("an evaluation: every measure with its interval, and the same again", async () => {
  const judge = await loadJudge();
  const wish = { takes: 4, seed: 3, songs: 2, seconds: { continued: 2, alone: 2.5 } };
  const measured = await evaluation(model, judge, wish);
  assert.equal(measured.length, 13);
  for (const { what, model, band } of measured)
    for (const { value, low, high, n } of band ? [model, band] : [model])
      if (n > 0) assert.ok(low <= value && value <= high, `${what}: ${low} ${value} ${high}`);
  const nats = measured.filter(({ what }) => what.startsWith("nats")).map(({ model }) => model.value);
  assert.ok(
    nats.every((value, k) => value < 5 && (k === 0 || value > nats[k - 1])),
    nats.join(),
  );
  const table = evaluationTable(measured).split("\n");
  assert.equal(table.length, 15);
  for (const line of table) assert.equal(line.split("|").length, 5, line);
  assert.deepEqual(await evaluation(model, judge, wish), measured);
});
