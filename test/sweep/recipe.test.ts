import assert from "node:assert/strict";
import { before, test } from "node:test";
import { bundledJudge } from "../../lib/disk/loadJudge";
import { startBackend } from "../../lib/engine";
import { openJudge } from "../../lib/hub/judges";
import type { MusicGen } from "../../lib/model/musicgen";
import { prepareSweep } from "../../lib/sweep/prepare";
import { checkModelFiles, recipeOptions, type SweepRecipe, sweepRecipe } from "../../lib/sweep/recipe";
import { openModel, smallSweep } from "./fixture";

let model: MusicGen;

before(async () => {
  await startBackend("wasm");
  model = openModel();
});

function recipeOf(judge: SweepRecipe["judge"]): SweepRecipe {
  const { alpha, topK, seeds, frames, ...given } = smallSweep(model);
  const recipe = sweepRecipe(model, "./plain", given, { alpha, topK, seeds, frames }, judge);
  return JSON.parse(JSON.stringify(recipe));
}

test("a recipe that went through JSON has the same cells", async () => {
  const recipe = recipeOf(null);
  assert.deepEqual(recipe.model, { name: "./plain", fingerprint: model.fingerprint });
  const keys = ({ cells }: ReturnType<typeof prepareSweep>) => cells.map(({ key, cell }) => ({ key, cell }));
  const there = prepareSweep(model, await recipeOptions(recipe, openJudge));
  const here = prepareSweep(model, { ...smallSweep(model), judge: undefined });
  assert.deepEqual(keys(there), keys(here));
  assert.deepEqual(there.identity, here.identity);
});

test("another version's recipe or another judge is refused, each by name", async () => {
  const { judge, fingerprint } = await bundledJudge();
  const options = await recipeOptions(recipeOf({ name: "bundled", fingerprint }), openJudge);
  assert.deepEqual(options.judge?.traits, judge.traits);
  await assert.rejects(
    recipeOptions(recipeOf({ name: "bundled", fingerprint: "0123" }), openJudge),
    new RegExp(`judge: expected the sweep's judge, fingerprint 0123, found one of ${fingerprint}`),
  );
  await assert.rejects(
    recipeOptions(recipeOf({ name: "nobody", fingerprint }), openJudge),
    /judge: expected one of bundled, clap, found "nobody"/,
  );
  const older = { ...recipeOf(null), version: 0 };
  await assert.rejects(recipeOptions(older, openJudge), /sweep: expected a recipe of version 4, found 0/);
});

test("a model with other sampling or another tokenizer does not do a recipe's cells", () => {
  const recipe = recipeOf(null);
  checkModelFiles(model, recipe);
  const { config } = model;
  const others = { config: { value: { ...config, generation: { ...config.generation, topK: 3 } } } };
  assert.throws(
    () => checkModelFiles(Object.create(model, others), recipe),
    /plain: expected the same generation_config\.json as where the sweep was asked for \(.*\), found another \(.*"topK":3\}\)/,
  );
  const { topK, ...settings } = { ...recipe.settings, sampling: { topK: 9 } };
  const given = {
    ...recipe,
    settings,
    files: { ...recipe.files, samplesWith: { ...recipe.files.samplesWith, topK: 9 } },
  };
  checkModelFiles(Object.create(model, others), given);
  const retold = Object.create(model, { tokenizerFingerprint: { value: "another" } });
  assert.throws(
    () => checkModelFiles(retold, recipe),
    /the same tokenizer\.json .* \(null\), found another \("another"\)/,
  );
});
