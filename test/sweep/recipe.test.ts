import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend } from "../../lib/backend";
import type { MusicGen } from "../../lib/model/musicgen";
import { prepareSweep } from "../../lib/sweep/prepare";
import { bundledJudge, recipeOptions, type SweepRecipe, sweepRecipe } from "../../lib/sweep/recipe";
import { openModel, smallSweep } from "./fixture";

let model: MusicGen;

before(async () => {
  await startBackend("wasm");
  model = openModel();
});

function recipeOf(judge: string | null): SweepRecipe {
  const { alpha, topK, seeds, frames, ...given } = smallSweep(model);
  const recipe = sweepRecipe(model, "./plain", given, { alpha, topK, seeds, frames }, judge);
  return JSON.parse(JSON.stringify(recipe));
}

test("a recipe that went through JSON has the same cells", async () => {
  const recipe = recipeOf(null);
  assert.deepEqual(recipe.model, { name: "./plain", fingerprint: model.fingerprint });
  const keys = ({ cells }: ReturnType<typeof prepareSweep>) => cells.map(({ key, cell }) => ({ key, cell }));
  const there = prepareSweep(model, await recipeOptions(recipe));
  const here = prepareSweep(model, { ...smallSweep(model), judge: undefined });
  assert.deepEqual(keys(there), keys(here));
  assert.deepEqual(there.identity, here.identity);
});

test("another version's recipe or another judge is refused, each by name", async () => {
  const { judge, fingerprint } = await bundledJudge();
  const options = await recipeOptions(recipeOf(fingerprint));
  assert.deepEqual(options.judge?.traits, judge.traits);
  await assert.rejects(
    recipeOptions(recipeOf("0123")),
    new RegExp(`judge: expected the sweep's judge, fingerprint 0123, found one of ${fingerprint}`),
  );
  const older = { ...recipeOf(null), version: 0 };
  await assert.rejects(recipeOptions(older), /sweep: expected a recipe of version 2, found 0/);
});
