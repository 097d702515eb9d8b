import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readSweep, runSweep, sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { shareOf } from "../../lib/jobs/shard";
import type { MusicGen } from "../../lib/model/musicgen";
import type { SweepOptions } from "../../lib/sweep/options";
import type { Sweep } from "../../lib/sweep/sweep";
import { openModel, smallSweep } from "./fixture";

let model: MusicGen;
let whole: Sweep;
const folder = mkdtempSync(join(tmpdir(), "smitin-shard-"));
const at = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(at(name), "utf8");

before(async () => {
  await startBackend("wasm");
  model = openModel();
  whole = await sweepSteering(model, { ...smallSweep(model), folder: at("whole") });
});

after(() => rmSync(folder, { recursive: true }));

/** Compute one shard of the small sweep. @returns how many cells it computed, and how many of the sweep are not there */
async function run(name: string, part: number, of: number, more: Partial<SweepOptions> = {}) {
  let computed = 0;
  const onCell = () => void computed++;
  const options = { ...smallSweep(model), folder: at(name), shard: { part, of }, onCell, ...more };
  const result = await runSweep(model, options);
  return { computed, ...result };
}

test("shards are neighbours, as many as the others', and together everything once", () => {
  const items = Array.from({ length: 54 }, (_, i) => i);
  for (const of of [1, 2, 4, 7, 54, 60]) {
    const shards = Array.from({ length: of }, (_, i) => shareOf(items, { part: i + 1, of }));
    assert.deepEqual(shards.flat(), items);
    const sizes = shards.map((shard) => shard.length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${sizes}`);
  }
});

test("shards in any order, one of them killed, end in the file of one machine's run, byte for byte", async () => {
  const last = await run("apart", 3, 3);
  assert.deepEqual([last.sweep.cells.length, last.unfinished], [18, 36]);
  assert.deepEqual(readSweep(at("apart")).cells, whole.cells.slice(36));
  const controller = new AbortController();
  let count = 0;
  const stop = () => void (++count === 5 && controller.abort());
  await assert.rejects(run("apart", 1, 3, { onCell: stop, signal: controller.signal }), {
    name: "AbortError",
  });
  appendFileSync(at("apart/cells.1-of-3.jsonl"), text("whole/cells.jsonl").slice(0, 200));
  assert.deepEqual([(await run("apart", 2, 3)).unfinished], [13]);
  assert.deepEqual(readdirSync(at("apart")), [
    "cells.1-of-3.jsonl",
    "cells.2-of-3.jsonl",
    "cells.3-of-3.jsonl",
    "sweep.json",
  ]);
  const first = await run("apart", 1, 3);
  assert.deepEqual([first.computed, first.unfinished], [13, 0]);
  assert.deepEqual(first.sweep, whole);
  assert.deepEqual(readdirSync(at("apart")), ["cells.jsonl", "sweep.json"]);
  for (const name of ["cells.jsonl", "sweep.json"])
    assert.equal(text(`apart/${name}`), text(`whole/${name}`));
  assert.deepEqual([(await run("apart", 2, 3)).computed, (await run("apart", 3, 5)).computed], [0, 0]);
  assert.equal(text("apart/cells.jsonl"), text("whole/cells.jsonl"));
});

test("without a shard, what shards have not done is done and all of it merged; so are parts brought together by hand", async () => {
  await run("rest", 2, 4);
  await run("elsewhere", 4, 4);
  copyFileSync(at("elsewhere/cells.4-of-4.jsonl"), at("rest/cells.4-of-4.jsonl"));
  let computed = 0;
  const options = { ...smallSweep(model), folder: at("rest"), rows: 5 };
  assert.deepEqual(await sweepSteering(model, { ...options, onCell: () => void computed++ }), whole);
  assert.equal(computed, 54 - 13 - 13);
  assert.equal(text("rest/cells.jsonl"), text("whole/cells.jsonl"));
  assert.deepEqual(readdirSync(at("rest")), ["cells.jsonl", "sweep.json"]);
});

test("a sweep of more in the same folder keeps its part when the smaller one is merged", async () => {
  const smaller = { alpha: [0, 20] };
  await run("grown", 2, 2);
  assert.deepEqual((await run("grown", 1, 2, smaller)).unfinished, 0);
  const merged = await run("grown", 2, 2, smaller);
  assert.deepEqual([merged.computed, merged.unfinished, merged.sweep.cells.length], [0, 0, 30]);
  assert.ok(readdirSync(at("grown")).includes("cells.2-of-2.jsonl"));
  const all = await run("grown", 1, 2);
  assert.deepEqual(all.sweep, whole);
  assert.deepEqual(readdirSync(at("grown")), ["cells.jsonl", "sweep.json"]);
});

test("shards that cannot be are refused", async () => {
  const shards = [
    { part: 0, of: 3 },
    { part: 4, of: 3 },
    { part: 1.5, of: 3 },
    { part: 1, of: Number.NaN },
  ];
  for (const shard of shards) {
    const options = { ...smallSweep(model), folder: at("none"), shard };
    await assert.rejects(sweepSteering(model, options), /shard: expected part 1 to n of n, found part/);
  }
  const options = { ...smallSweep(model), shard: { part: 1, of: 2 } };
  await assert.rejects(sweepSteering(model, options), /shard: expected a folder with it/);
});
