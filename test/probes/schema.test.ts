import assert from "node:assert/strict";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020";
import type { Calibration } from "../../lib/probes/calibration";
import { encodeProbes } from "../../lib/probes/format";
import { withCalibration } from "../../lib/probes/probe";
import schema from "../../lib/probes/probes.schema.json";
import { trainRidgeProbes } from "../../lib/probes/ridge";
import { trainProbes } from "../../lib/probes/train";
import { activations } from "./activations";
import { fixtureActivations } from "./ridgeFixture";

const fits = new Ajv2020().compile(schema);
const logistic = () => JSON.parse(encodeProbes(trainProbes(activations({ songs: 12, pairsPerSong: 2 }))));

test("probe files follow the schema", () => {
  assert.ok(fits(logistic()), JSON.stringify(fits.errors));
  assert.ok(fits({ ...logistic(), heads: logistic().heads.slice(0, 1) }));
});

test("probe files of continuous traits follow it too", () => {
  const ridge = JSON.parse(encodeProbes(trainRidgeProbes(fixtureActivations(), { resamples: 20 })));
  assert.ok(fits(ridge), JSON.stringify(fits.errors));
  assert.ok(!fits({ ...ridge, scale: undefined }));
});

test("probe files with calibrations follow it", () => {
  const found: Calibration = {
    ...{
      method: "iti",
      alpha: 2.1,
      interval: [1.9, 3],
      target: 0.5,
      success: 0.4,
      successInterval: [0.3, 0.6],
    },
    ...{ n: 32, judge: "probes", heads: 4, seed: 0, recipe: "32 prompts" },
    trials: [{ alpha: 0, successes: 0, takes: 32 }],
  };
  const probes = withCalibration(trainProbes(activations({ songs: 12, pairsPerSong: 2 })), found);
  const file = JSON.parse(encodeProbes(probes));
  assert.ok(fits(file), JSON.stringify(fits.errors));
  assert.ok(!fits({ ...file, calibration: { iti: { ...found, judge: "me" } } }));
  assert.ok(!fits({ ...file, calibration: { iti: { ...found, n: undefined } } }));
});

test("the schema refuses damaged files", () => {
  const file = logistic();
  const damaged: [string, object][] = [
    ["/kind", { ...file, kind: "other" }],
    ["/schemaVersion", { ...file, schemaVersion: 2 }],
    ["", { ...file, model: undefined }],
    ["/heads", { ...file, heads: [] }],
    ["/heads/0/accuracy", { ...file, heads: [{ ...file.heads[0], accuracy: 1.5 }] }],
    ["/heads/0/interval", { ...file, heads: [{ ...file.heads[0], interval: [0.5] }] }],
    ["", { ...file, kind: "smitin-ridge-probes" }],
  ];
  for (const [path, each] of damaged) {
    assert.ok(!fits(each), path);
    assert.ok(
      fits.errors!.some(({ instancePath }) => instancePath === path),
      JSON.stringify(fits.errors),
    );
  }
});
