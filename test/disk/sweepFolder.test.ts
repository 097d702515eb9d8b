import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { openModel, smallSweep } from "../sweep/fixture";

test("a sweep that was killed on the spot goes on and ends in the file of one that was not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-killed-"));
  const [killed, whole] = [join(folder, "killed"), join(folder, "whole")];
  const lines = (name: string) => readFileSync(join(name, "cells.jsonl"), "utf8");
  try {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", join(__dirname, "../sweep/slowly.ts"), killed],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let told = 0;
    child.stdout.on("data", (dots: Buffer) => {
      told += dots.length;
      if (told >= 10) child.kill("SIGKILL");
    });
    const [code, signal] = await once(child, "exit");
    assert.deepEqual([code, signal], [null, "SIGKILL"]);
    const finished = lines(killed).split("\n").length - 1;
    assert.ok(finished >= 10 && finished < 54, `${finished} cells were finished`);

    await startBackend("wasm");
    const model = openModel();
    let computed = 0;
    const sweep = await sweepSteering(model, {
      ...smallSweep(model),
      folder: killed,
      onCell: () => void computed++,
    });
    assert.equal(computed, 54 - finished);
    assert.deepEqual(sweep, await sweepSteering(model, { ...smallSweep(model), folder: whole }));
    assert.equal(lines(killed), lines(whole));
    assert.equal(
      readFileSync(join(killed, "sweep.json"), "utf8"),
      readFileSync(join(whole, "sweep.json"), "utf8"),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a sweep started several times at once in one folder, one of them killed: each cell once, the file of one process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-twice-"));
  const [shared, whole] = [join(folder, "shared"), join(folder, "whole")];
  const text = (name: string, file: string) => readFileSync(join(name, file), "utf8");
  const start = () =>
    spawn(process.execPath, ["--import", "tsx", join(__dirname, "../sweep/slowly.ts"), shared], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  try {
    const [first, second] = [start(), start()];
    let told = 0;
    second.stdout.on("data", (dots: Buffer) => {
      told += dots.length;
      if (told >= 15) second.kill("SIGKILL");
    });
    await once(second, "exit");
    const third = start(); // goes on where the others are
    const ended = (child: typeof third) => (child.exitCode === null ? once(child, "exit") : [child.exitCode]);
    assert.deepEqual([(await ended(first))[0], (await ended(third))[0]], [0, 0]);
    await startBackend("wasm");
    const model = openModel();
    await sweepSteering(model, { ...smallSweep(model), folder: whole });
    for (const file of ["cells.jsonl", "sweep.json"]) assert.equal(text(shared, file), text(whole, file));
    assert.deepEqual(readdirSync(shared), ["cells.jsonl", "sweep.json"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("cells of one folder are of one engine; a finished sweep is read on any, and says on which it was made", async () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-engine-"));
  const settings = join(folder, "sweep.json");
  const engine = () => JSON.parse(readFileSync(settings, "utf8")).engine;
  const made = (name: string) => {
    const found = JSON.parse(readFileSync(settings, "utf8"));
    writeFileSync(settings, JSON.stringify({ ...found, engine: name }));
  };
  try {
    await startBackend("wasm");
    const model = openModel();
    const small = { ...smallSweep(model), alpha: [20], folder };
    const sweep = await sweepSteering(model, small);
    assert.equal(engine(), "wasm");
    made("tensorflow");
    assert.deepEqual(await sweepSteering(model, small), sweep);
    assert.equal(engine(), "tensorflow");
    const larger = () => sweepSteering(model, { ...small, alpha: [20, 200] });
    const message =
      /: its cells were made on the engine tensorflow, and those to come would be on wasm: .*SMITIN_BACKEND/;
    await assert.rejects(larger(), message);
    const shard = { ...small, alpha: [20, 200], shard: { part: 2, of: 2 } };
    await assert.rejects(sweepSteering(model, shard), message);
    writeFileSync(join(folder, "cells.jsonl"), "");
    await assert.rejects(sweepSteering(model, shard), message); // others of that engine may be at work
    assert.equal((await larger()).cells.length, 54);
    assert.equal(engine(), "wasm");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a model whose sampling or tokenizer is another is refused, though its fingerprint is the same; folders of older labs are not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-files-"));
  const at = (name: string) => join(folder, name);
  try {
    await startBackend("wasm");
    const model = openModel();
    const run = (other: object, name: string, sampling = {}) =>
      sweepSteering(Object.create(model, Object.getOwnPropertyDescriptors(other)), {
        ...smallSweep(model),
        alpha: [20],
        folder: at(name),
        sampling,
      });
    const sweep = await run({}, "new");
    cpSync(at("new"), at("old"), { recursive: true });
    const { samplesWith, tokenizer, ...older } = JSON.parse(readFileSync(at("new/sweep.json"), "utf8"));
    const { generation } = model.config;
    assert.deepEqual(samplesWith, {
      greedy: false,
      temperature: generation.temperature,
      topK: generation.topK,
      guidance: generation.guidanceScale,
    });
    assert.equal(tokenizer, null);
    writeFileSync(at("old/sweep.json"), JSON.stringify(older));
    const wilder = { config: { ...model.config, generation: { ...generation, temperature: 1.5 } } };
    await assert.rejects(run(wilder, "new"), /another sweep: expected samplesWith .*"temperature":1\.5/);
    await assert.rejects(
      run({ tokenizerFingerprint: "another" }, "new"),
      /another sweep: expected tokenizer "another", found null/,
    );
    assert.deepEqual(await run({}, "old"), sweep);
    assert.deepEqual(JSON.parse(readFileSync(at("old/sweep.json"), "utf8")).samplesWith, samplesWith);
    await run({}, "given", { temperature: 1.5, topK: 4, guidance: 1 });
    await run({ config: { ...wilder.config } }, "given", { temperature: 1.5, topK: 4, guidance: 1 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
