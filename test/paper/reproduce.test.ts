import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { JSDOM } from "jsdom";
import { experiments } from "../../experiments/paper/experiments";
import { checkResults } from "../../experiments/paper/report/results";
import { type Ending, reproduce } from "../../experiments/paper/reproduce";
import type { Lab } from "../../experiments/paper/shared/lab";
import { readWav } from "../../lib/disk/soundFile";
import { readSweep } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { openModel, smokeLab } from "./fixture";

/* Every experiment in its smallest size on a tiny random model: that all of it runs, is written, and is not computed twice. */
const folder = mkdtempSync(join(tmpdir(), "smitin-reproduce-"));
const out = join(folder, "out");
let lab: Lab;
let endings: Ending[];

before(async () => {
  await startBackend("wasm");
  lab = smokeLab(openModel(join(folder, "model")), out);
  endings = await reproduce(lab);
});

after(() => rmSync(folder, { recursive: true }));

const read = (path: string) => readFileSync(join(out, path), "utf8");

test("all experiments run", () => {
  for (const { experiment, error } of endings)
    assert.equal(error, undefined, `${experiment}: ${error?.stack}`);
  assert.deepEqual(
    endings.map(({ experiment }) => experiment),
    experiments.map(({ name }) => name),
  );
});

test("each writes what it did, a table beside the paper's numbers, figures and sound", () => {
  for (const { name } of experiments) {
    const { experiment, profile, seed, model } = JSON.parse(read(`${name}/config.json`));
    assert.deepEqual([experiment, profile.name, seed], [name, "smoke", 3]);
    assert.equal(model.fingerprint, lab.model.fingerprint);
    const { columns, rows } = JSON.parse(read(`${name}/table.json`));
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(row.length, columns.length, `${name}: ${row}`);
    assert.match(read(`${name}/table.md`), /^# .*\n\n/);
    const { figures, sounds } = JSON.parse(read(`${name}/outcome.json`));
    for (const figure of figures) {
      assert.match(read(`${name}/${figure}.svg`), /^<svg/);
      assert.match(readFileSync(join(out, name, `${figure}.png`), "latin1"), /^\x89PNG/);
      assert.match(read(`${name}/${figure}.html`), /\.\.\/plotly\.min\.js/);
    }
    for (const { file } of sounds) assert.equal(readWav(join(out, name, file)).sampleRate, 400);
  }
});

test("results.json has a row for every setting, as the schema says", () => {
  const rows = checkResults(JSON.parse(read("results.json")), "results.json");
  const of = (experiment: string) => rows.filter((row) => row.experiment === experiment);
  assert.deepEqual(
    of("continuation").map(({ trait, method, alpha, direction, n }) =>
      [trait, method, alpha, direction === "massMean" ? direction : "", n].join(" ").replace(/ +/g, " "),
    ),
    [
      ...["drums", "piano"].flatMap((trait) =>
        ["band", "none", "text", "ITI 5", "ITI 10", "SMITIN 5", "SMITIN 10"].map((one) => [trait, one]),
      ),
      ...["drums", "piano"].flatMap((trait) =>
        ["ITI 5 massMean", "SMITIN 5 massMean"].map((one) => [trait, one]),
      ),
    ].map(([trait, one]) => `${trait} ${one} 2`),
  );
  for (const { success, fad, similarity, kept } of of("continuation")) {
    assert.ok(success !== null && fad !== null && fad >= 0 && similarity !== null);
    assert.ok(kept === null || kept <= 1);
  }
  assert.deepEqual([...new Set(of("trade-off").map(({ topK }) => topK))], [null, 1, "all"]);
  assert.deepEqual(
    [...new Set(of("direction-choice").map(({ direction }) => direction))],
    [null, "probe", "massMean", "principal", "rfm", "random"],
  );
  assert.ok(of("text-to-music").every(({ similarity }) => similarity === null));
  assert.equal(of("synthetic")[0].method, "probe");
  assert.ok(rows.every(({ seed, profile }) => seed === 3 && profile === "smoke"));
});

test("the pages refer only to files that are there, and draw every figure", () => {
  const pages = ["index.html", "listening-test/test/index.html"];
  for (const page of pages) {
    const { document } = new JSDOM(read(page)).window;
    const places = [...document.querySelectorAll("[src], [href]")];
    assert.ok(places.length >= 2);
    for (const place of places) {
      const target = place.getAttribute("src") ?? place.getAttribute("href")!;
      if (target.startsWith("#")) assert.ok(document.getElementById(target.slice(1)), target);
      else assert.ok(existsSync(join(out, dirname(page), decodeURIComponent(target))), `${page}: ${target}`);
    }
    for (const place of document.querySelectorAll<HTMLElement>(".player")) {
      const { peaks, duration } = JSON.parse(place.dataset.wave!);
      assert.ok(peaks.length > 0 && duration > 0);
    }
    for (const script of document.querySelectorAll('script[type="application/json"]'))
      JSON.parse(script.textContent!);
  }
  const { document } = new JSDOM(read("index.html")).window;
  assert.equal(document.querySelectorAll("section").length, experiments.length);
});

test("the listening test's page does not give methods away; its key does", () => {
  const { document } = new JSDOM(read("listening-test/test/index.html")).window;
  const { trials, test: name } = JSON.parse(document.querySelector("#trials")!.textContent!);
  assert.doesNotMatch(document.querySelector("#trials")!.textContent!, /ITI|none/);
  const key = JSON.parse(read("listening-test/key.json"));
  assert.equal(key.test, name);
  assert.equal(trials.length, 2 * 3); // two instruments, three pairs of three methods
  for (const { trial, clips } of trials) {
    assert.deepEqual(
      key.trials[trial],
      clips.map(({ id }: { id: string }) => id),
    );
    for (const { id } of clips) assert.ok(existsSync(join(out, `listening-test/test/clips/${id}.wav`)));
  }
});

test("a second run computes no cell anew and finds the same", async () => {
  const before = read("results.json");
  const cells = readdirSync(join(out, "continuation/cells")).map((name) =>
    join(out, "continuation/cells", name, "cells.jsonl"),
  );
  assert.equal(cells.length, 6); // prompts, prompts with a text, and along the mass-mean shift, of two traits
  const lines = cells.map((path) => readFileSync(path, "utf8"));
  const again = await reproduce(lab, ["continuation"]);
  assert.equal(again[0].error, undefined);
  assert.deepEqual(
    cells.map((path) => readFileSync(path, "utf8")),
    lines,
  );
  assert.equal(read("results.json"), before);
  assert.equal(readSweep(dirname(cells[0])).cells.length > 0, true);
});

test("an experiment that fails leaves the others and their page alone; a stopped run says why", async () => {
  const deaf = () => {
    throw new Error("no ear");
  };
  const broken = { ...lab, judge: { ...lab.judge, embed: deaf } };
  const fresh = join(folder, "broken");
  cpSync(join(out, ".cache"), join(fresh, ".cache"), { recursive: true });
  const found = await reproduce({ ...broken, folder: fresh }, ["continuation", "probe-grids"]);
  assert.deepEqual(
    found.map(({ experiment, error }) => [experiment, error !== undefined]),
    [
      ["probe-grids", false],
      ["continuation", true],
    ],
  );
  assert.ok(existsSync(join(fresh, "index.html")));
  const rows = checkResults(JSON.parse(readFileSync(join(fresh, "results.json"), "utf8")), "results.json");
  assert.deepEqual([...new Set(rows.map(({ experiment }) => experiment))], ["probe-grids"]);
  await assert.rejects(
    reproduce({ ...lab, signal: AbortSignal.abort(new Error("enough")) }, ["head-views"]),
    /enough/,
  );
  await assert.rejects(
    reproduce(lab, ["nonsense"]),
    /experiment: expected one of probe-grids, .*found "nonsense"/,
  );
});
