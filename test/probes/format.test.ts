import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadProbes, saveProbes } from "../../lib/disk/probeFile";
import type { Calibration } from "../../lib/probes/calibration";
import { decodeProbes, encodeProbes } from "../../lib/probes/format";
import { withCalibration, withoutCalibration } from "../../lib/probes/probe";
import { trainProbes } from "../../lib/probes/train";
import { activations } from "./activations";

const folder = mkdtempSync(join(tmpdir(), "probes-"));
after(() => rmSync(folder, { recursive: true }));

const probes = trainProbes(activations({ songs: 12, pairsPerSong: 2 }));

test("a saved set comes back exactly, directions to the last bit", () => {
  const path = join(folder, "new/drums.json");
  saveProbes(path, probes);
  const back = loadProbes(path, probes.model);
  assert.deepEqual({ ...back, top: undefined }, { ...probes, top: undefined });
  assert.deepEqual(readdirSync(join(folder, "new")), ["drums.json"]);
});

test("a file of the best heads still knows all heads' statistics, the threshold and the monitor", () => {
  const back = decodeProbes(encodeProbes(probes.top(2)), "best.json");
  assert.equal(back.heads.length, 2);
  assert.deepEqual(back.statistics, probes.statistics);
  assert.deepEqual(back.monitor, probes.monitor);
  assert.equal(back.top(1).heads[0].accuracy, probes.statistics.max);
});

const calibration: Calibration = {
  ...{ method: "smitin", alpha: 17.3, interval: [14.1, 20], target: 0.5, success: 0.46875 },
  ...{ successInterval: [0.3087, 0.6355], n: 32, judge: "judge", heads: 4, seed: 0 },
  recipe: "32 prompts",
  trials: [
    { alpha: 0, successes: 2, takes: 32 },
    { alpha: 20, successes: 18, takes: 32 },
  ],
};

test("a calibration goes along, and without it the file is what it was, byte for byte", () => {
  const plain = encodeProbes(probes);
  assert.ok(!plain.includes("calibration"));
  const iti = { ...calibration, method: "iti", alpha: 2.1 };
  const ready = withCalibration(withCalibration(probes, calibration), iti);
  const back = decodeProbes(encodeProbes(ready), "drums.json");
  assert.deepEqual(back.calibration, { smitin: calibration, iti });
  assert.deepEqual(back.top(1).calibration, back.calibration);
  assert.equal(encodeProbes(back), encodeProbes(ready));
  const again = withCalibration(back, { ...calibration, alpha: 18 });
  assert.deepEqual([again.calibration?.smitin.alpha, again.calibration?.iti.alpha], [18, 2.1]);
  assert.equal(encodeProbes(withoutCalibration(again)), plain);
  assert.equal(JSON.parse(encodeProbes(ready)).schemaVersion, JSON.parse(plain).schemaVersion);
});

test("every damaged field of a calibration is named", () => {
  const refuses = (change: object, message: RegExp) => {
    const json = JSON.parse(encodeProbes(withCalibration(probes, calibration)));
    Object.assign(json.calibration.smitin, change);
    assert.throws(() => decodeProbes(JSON.stringify(json), "p.json"), message);
  };
  refuses({ method: "iti" }, /p\.json: calibration\.smitin\.method: expected "smitin", found "iti"/);
  refuses({ alpha: -1 }, /calibration\.smitin\.alpha: expected a number from 0 to 1000, found -1/);
  refuses({ alpha: "5" }, /calibration\.smitin\.alpha/);
  refuses({ interval: [1] }, /calibration\.smitin\.interval: expected 2 of a number/);
  refuses({ success: 2 }, /calibration\.smitin\.success: expected a number from 0 to 1/);
  refuses({ judge: "me" }, /calibration\.smitin\.judge: expected "judge" or "probes", found "me"/);
  refuses({ heads: 0 }, /calibration\.smitin\.heads/);
  refuses({ trials: [] }, /calibration\.smitin\.trials: expected a list of trials, found \[\]/);
  refuses(
    { trials: [{ alpha: 1, successes: 9, takes: 8 }] },
    /calibration\.smitin\.trials\[0\]\.successes: expected a whole number from 0 to 8, found 9/,
  );
  const json = { ...JSON.parse(encodeProbes(probes)), calibration: 7 };
  assert.throws(
    () => decodeProbes(JSON.stringify(json), "p.json"),
    /calibration: expected an object, found 7/,
  );
});

test("NaN is refused and no file is left behind", () => {
  const path = join(folder, "nan.json");
  const [first, ...others] = probes.heads;
  assert.throws(
    () => saveProbes(path, { ...probes, heads: [{ ...first, bias: Number.NaN }, ...others] }),
    /heads\[0\]\.bias: expected a finite number, found NaN/,
  );
  const theta = first.theta.slice();
  theta[2] = Number.POSITIVE_INFINITY;
  assert.throws(
    () => saveProbes(path, { ...probes, heads: [{ ...first, theta }] }),
    /heads\[0\]\.theta\[2\]/,
  );
  assert.ok(!readdirSync(folder).some((name) => name.startsWith("nan.json")));
});

test("probes of another model are refused with both fingerprints", () => {
  const path = join(folder, "drums.json");
  saveProbes(path, probes);
  assert.throws(
    () => loadProbes(path, { name: "other", fingerprint: "beef" }),
    /drums\.json: expected probes of model other, fingerprint beef, found those of made up, fingerprint 0123456789abcdef/,
  );
});

test("every damaged field is named, with what was expected and found", () => {
  type Json = Record<string, unknown> & { heads: Record<string, unknown>[] } & Record<
      "model" | "shape" | "training" | "statistics" | "monitor",
      Record<string, unknown>
    >;
  const refuses = (change: (json: Json) => void, message: RegExp) => {
    const json = JSON.parse(encodeProbes(probes));
    change(json);
    assert.throws(() => decodeProbes(JSON.stringify(json), "p.json"), message);
  };
  refuses((json) => Object.assign(json, { schemaVersion: 2 }), /p\.json: schemaVersion: expected 1, found 2/);
  refuses((json) => Object.assign(json, { kind: "x" }), /kind: expected "smitin-probes", found "x"/);
  refuses((json) => Object.assign(json, { trait: 3 }), /trait: expected a text, found 3/);
  refuses((json) => Object.assign(json, { model: null }), /model: expected an object, found null/);
  refuses((json) => delete json.model.fingerprint, /model\.fingerprint: expected a text, found nothing/);
  refuses(
    (json) => Object.assign(json.shape, { layers: 1.5 }),
    /shape\.layers: expected a whole number from 1/,
  );
  refuses(
    (json) => Object.assign(json.training, { l2: -1 }),
    /training\.l2: expected a number from 0, found -1/,
  );
  refuses(
    (json) => Object.assign(json.training, { standardise: 1 }),
    /training\.standardise: expected true or false/,
  );
  refuses((json) => Object.assign(json.statistics, { std: "0" }), /statistics\.std: .* found "0"/);
  refuses(
    (json) => Object.assign(json.monitor, { with: 1.2 }),
    /monitor\.with: expected a number from 0 to 1/,
  );
  refuses((json) => Object.assign(json, { heads: [] }), /heads: expected a list of 1 to 4 heads/);
  refuses((json) => json.heads.push(json.heads[0]), /heads: expected a list of 1 to 4 heads/);
  refuses(
    (json) => Object.assign(json.heads[1], { head: 0 }),
    /heads\[1\]: expected each head once.* heads\[0\]/,
  );
  refuses(
    (json) => Object.assign(json.heads[1], { layer: 2 }),
    /heads\[1\]\.layer: expected a whole number from 0 to 1, found 2/,
  );
  refuses((json) => Object.assign(json.heads[1], { head: -1 }), /heads\[1\]\.head/);
  refuses((json) => Object.assign(json.heads[1], { accuracy: null }), /heads\[1\]\.accuracy: .* found null/);
  refuses(
    (json) => Object.assign(json.heads[1], { interval: [0.1] }),
    /heads\[1\]\.interval: expected 2 of a number/,
  );
  refuses((json) => Object.assign(json.heads[1], { sigma: -1 }), /heads\[1\]\.sigma/);
  refuses(
    (json) => Object.assign(json.heads[1], { theta: [1, 0] }),
    /heads\[1\]\.theta: expected 4 of a finite number/,
  );
  refuses(
    (json) => Object.assign(json.heads[1], { theta: [1, 1, 1, 1] }),
    /theta: expected a vector of length 1/,
  );
  refuses((json) => Object.assign(json.heads, { 2: 7 }), /heads\[2\]: expected an object, found 7/);
});

test("files that are no probe files say so", () => {
  const path = join(folder, "text.json");
  writeFileSync(path, encodeProbes(probes).slice(0, 400));
  assert.throws(() => loadProbes(path), /text\.json: expected a probe file \(JSON\), found/);
  assert.throws(() => decodeProbes("[1]", "list.json"), /list\.json: expected an object, found \[1\]/);
  assert.throws(
    () => loadProbes(join(folder, "none.json")),
    /none\.json: expected a probe file, found nothing there/,
  );
  assert.ok(readFileSync(path).length > 0);
});
