import assert from "node:assert/strict";
import { before, test } from "node:test";
import { packagePath } from "../../lib/disk/packageRoot";
import { loadProbes } from "../../lib/disk/probeFile";
import { loadMusicGen } from "../../lib/loadMusicGen";
import type { MusicGen } from "../../lib/model/musicgen";
import { captureTokens } from "../../lib/probes/capture";
import { decodeProbes, encodeProbes } from "../../lib/probes/format";
import { type ProbeSet, withCalibration, withoutCalibration } from "../../lib/probes/probe";
import { smitin } from "../../lib/steering/methods";
import { calibrate } from "../../lib/sweep/calibrate";
import { probeJudgements } from "../../lib/sweep/judgements";
import type { SweepJudge } from "../../lib/sweep/measure";
import { memoryStore } from "../../lib/sweep/store";
import { cellAudio, sweepSteering } from "../../lib/sweep/sweep";
import { prompt } from "./fixture";

let model: MusicGen;
let probes: ProbeSet;
const prompts = Array.from({ length: 8 }, (_, i) => prompt(10 + i, 6));
const frames = 8;

before(async () => {
  model = await loadMusicGen();
  probes = loadProbes(packagePath("data/page/drums.json"), model);
});

/** Hears drums in every take but those that nothing steers, which it is shown first: a stand-in for an ear. */
async function ear(): Promise<SweepJudge> {
  const { cells } = await sweepSteering(model, { prompts, probes, alpha: [0], frames });
  const plain = new Set(cells.map((cell) => newMusic(cellAudio(model, cell).samples)));
  return {
    traits: ["drums"],
    hear: (clips) =>
      clips.map(({ samples }) => {
        return { traits: ["drums"], probabilities: [[plain.has(samples.join()) ? 0 : 1]] };
      }),
  };
}

function newMusic(samples: Float32Array): string {
  return samples.slice(6 * model.codec.config.hopLength).join();
}

test("the judge's calibration: the same for the same seed, with every trial, and takes of its own at the end", async () => {
  const judge = await ear();
  const tried: [number, number][] = [];
  const options = { prompts, frames, judge, success: 0.5, recipe: "8 made up" };
  const found = await calibrate(model, probes, {
    ...options,
    onTrial: (alpha, success) => tried.push([alpha, success]),
  });
  assert.deepEqual([found.method, found.judge, found.target, found.n], ["smitin", "judge", 0.5, 8]);
  assert.equal(found.recipe, "8 made up, 8 frames of new music");
  assert.deepEqual(
    found.trials.map(({ alpha, successes, takes }) => [alpha, successes / takes]),
    tried,
  );
  assert.deepEqual(found.trials[0], { alpha: 0, successes: 0, takes: 8 });
  assert.ok(found.interval[0] <= found.alpha && found.alpha <= found.interval[1]);
  const [low, high] = found.successInterval;
  assert.ok(low <= found.success && found.success <= high);
  assert.deepEqual(await calibrate(model, probes, options), found);

  const ready = withCalibration(probes, found);
  assert.deepEqual(
    await calibrate(model, ready, options),
    found,
    "probes with a calibration steer as they did",
  );
  assert.deepEqual(
    smitin(ready, { alpha: "calibrated" }).plan.channels[0].vectors,
    smitin(probes, { alpha: found.alpha }).plan.channels[0].vectors,
  );
});

test("without a judge the probes decide, by what they read in the new music", async () => {
  const found = await calibrate(model, probes, { prompts, frames, method: "iti", success: 0.5 });
  assert.deepEqual([found.judge, found.n], ["probes", 8]);
  const [plain, first] = found.trials;
  const alpha = [first.alpha];
  const { cells } = await sweepSteering(model, { prompts, probes, alpha, methods: ["iti"], frames });
  for (const trial of [plain, first]) {
    const own = cells.filter(({ cell }) => (cell.alpha ?? 0) === trial.alpha);
    const grids = own.map(({ tokens }) => tokens.map((codes) => Int32Array.from(codes.slice(6))));
    const { scores } = probeJudgements(probes, { ...(await captureTokens(model, grids)), model });
    const halfway = (probes.monitor.with + probes.monitor.without) / 2;
    assert.equal(trial.successes, scores.filter((score) => score >= halfway).length);
  }
});

test("bad wishes are refused before anything is decoded", async () => {
  for (const success of [0, 1, Number.NaN])
    await assert.rejects(calibrate(model, probes, { prompts, success }), /success: expected a share above 0/);
  await assert.rejects(
    calibrate(model, { ...probes, trait: "theremin" }),
    /prompts: expected music without theremin, which the studio band does not play, found none/,
  );
});

test("a calibrated file goes on with the sweeps of the file before", async () => {
  const judge = await ear();
  const ready = withCalibration(probes, await calibrate(model, probes, { prompts, frames, judge }));
  assert.notEqual(encodeProbes(ready), encodeProbes(probes));
  assert.equal(encodeProbes(withoutCalibration(ready)), encodeProbes(probes));
  const store = memoryStore();
  const options = { prompts: prompts.slice(0, 1), frames, alpha: [20], store };
  const before = await sweepSteering(model, { ...options, probes });
  const read = decodeProbes(encodeProbes(ready), "ready.json");
  const after = await sweepSteering(model, { ...options, probes: read });
  assert.deepEqual(after.cells, before.cells);
});
