import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openLabJudge } from "../../experiments/paper/shared/labJudge";
import { main } from "../../lib/command/index";
import { readSweep, sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { judges, openJudge } from "../../lib/hub/judges";
import { encodeProbes } from "../../lib/probes/format";
import type { SweepJudge } from "../../lib/sweep/measure";
import { prepareSweep } from "../../lib/sweep/prepare";
import { type KnownJudge, recipeOptions, sweepRecipe } from "../../lib/sweep/recipe";
import { openWorkspace, plain, type Workspace } from "../command/smitin";
import { madeUp, openModel, smallSweep } from "../sweep/fixture";

// A judge of one's own: it hears any trait in clips that are loud enough.

/** The judge, for some traits. */
async function openLoudness(traits: string[]): Promise<KnownJudge> {
  const judge: SweepJudge = {
    traits,
    fingerprint: "loudness, version 1",
    hear: (clips) =>
      clips.map(({ samples }) => {
        const loudness = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
        return { traits, probabilities: [traits.map(() => Number(loudness > 1e-6))] };
      }),
  };
  return { name: "loudness", judge, fingerprint: "loudness, version 1" };
}

judges.loudness = openLoudness;

let workspace: Workspace;

before(async () => {
  await startBackend("wasm");
  workspace = openWorkspace();
});
after(() => workspace.clear());

test("a judge of one's own decides about success in a sweep", async () => {
  const model = openModel();
  const { judge } = await openJudge("loudness", ["drums"]);
  const { cells } = await sweepSteering(model, { ...smallSweep(model), alpha: [20], seeds: [0], judge });
  assert.ok(cells.length > 0);
  for (const { success, present } of cells) assert.equal(success, present?.drums);
});

test("a sweep's recipe names it, so that workers open the same one", async () => {
  const model = openModel();
  const { fingerprint } = await openJudge("loudness", ["drums"]);
  const { alpha, seeds, frames, ...given } = smallSweep(model);
  const identity = { name: "loudness", fingerprint };
  const recipe = sweepRecipe(model, "plain", given, { alpha, seeds, frames }, identity);
  const there = prepareSweep(model, await recipeOptions(JSON.parse(JSON.stringify(recipe)), openJudge));
  assert.deepEqual(there.identity.judge, { traits: ["drums"], fingerprint });
});

test("the command line and the paper's experiments take it by its name", async () => {
  const model = openModel();
  const probes = workspace.write("probes.json", encodeProbes(madeUp(model, model.fingerprint)));
  const prompt = workspace.write("prompt.json", JSON.stringify({ codes: Array(4).fill([1, 2, 3, 4, 5]) }));
  const files = ["--model", plain, "--probes", probes, "--prompts", prompt];
  const sizes = "--frames 4 --alpha 5 --methods iti".split(" ");
  await main(["sweep", ...files, ...sizes, "--judge", "loudness", "--out", workspace.path("sweep")]);
  assert.equal(process.exitCode, undefined);
  const { cells } = readSweep(workspace.path("sweep"));
  assert.ok(
    cells.every(({ success, present }) => typeof present?.drums === "boolean" && success === present.drums),
  );
  const lab = await openLabJudge("loudness", ["vocals"]);
  assert.deepEqual([lab.name, lab.traits, lab.isBundled], ["loudness", ["vocals"], false]);
});
