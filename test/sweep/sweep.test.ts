import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readSweep, sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend, tf } from "../../lib/engine";
import { endsWith } from "../../lib/jobs/interruption";
import { generate } from "../../lib/model/generate/generate";
import type { MusicGen } from "../../lib/model/musicgen";
import { iti, smitin } from "../../lib/steering/methods";
import { every } from "../../lib/steering/schedule";
import type { CellResult } from "../../lib/sweep/cell";
import type { SweepProgress } from "../../lib/sweep/options";
import { cellAudio, type Sweep } from "../../lib/sweep/sweep";
import { madeUp, openModel, prompt, smallSweep } from "./fixture";

let model: MusicGen;
let whole: Sweep;
const folder = mkdtempSync(join(tmpdir(), "smitin-sweep-"));
const at = (name: string) => join(folder, name);
const lines = (name: string) => readFileSync(join(at(name), "cells.jsonl"), "utf8");

before(async () => {
  await startBackend("wasm");
  model = openModel();
  whole = await sweepSteering(model, { ...smallSweep(model), folder: at("whole") });
});

after(() => rmSync(folder, { recursive: true }));

test("every setting on every prompt and seed, and once without steering", () => {
  assert.equal(whole.cells.length, 3 * 2 * (1 + 2 * 2 * 2));
  assert.equal(new Set(whole.cells.map(({ key }) => key)).size, whole.cells.length);
  const [first, second] = whole.cells;
  assert.deepEqual(
    { ...first.cell, promptHash: "", takeSeed: 0 },
    {
      prompt: "0",
      promptHash: "",
      seed: 0,
      takeSeed: 0,
      method: "none",
      alpha: null,
      topK: null,
      direction: null,
      schedule: null,
    },
  );
  assert.deepEqual(
    { ...second.cell, promptHash: "", takeSeed: 0 },
    {
      prompt: "0",
      promptHash: "",
      seed: 0,
      takeSeed: 0,
      method: "iti",
      alpha: 20,
      topK: 1,
      direction: "probe",
      schedule: "own",
    },
  );
  assert.deepEqual([...new Set(whole.cells.map(({ cell }) => cell.prompt))], ["0", "2", "long"]);
  assert.deepEqual(JSON.parse(JSON.stringify(whole.cells)), whole.cells);
});

test("cells are plain lines of JSON that can be read without the model", () => {
  assert.equal(lines("whole"), whole.cells.map((cell) => `${JSON.stringify(cell)}\n`).join(""));
  assert.deepEqual(readSweep(at("whole")), whole);
  const settings = JSON.parse(readFileSync(join(at("whole"), "sweep.json"), "utf8"));
  assert.deepEqual(
    [settings.kind, settings.model, settings.alpha],
    ["smitin-sweep", model.fingerprint, [0, 20, 200]],
  );
});

test("a cell is the take that generate gives alone with its seed and its steering", async () => {
  const { probes } = smallSweep(model);
  const steers = { iti, smitin };
  for (const result of [whole.cells[0], whole.cells[3], whole.cells[8], whole.cells[50]]) {
    const { method, alpha, topK, takeSeed, prompt: name } = result.cell;
    const steer =
      method === "none"
        ? undefined
        : steers[method as "iti" | "smitin"](probes, { alpha: alpha!, topK: topK as number | "all" });
    const tokens = { 0: prompt(1, 6), 2: prompt(3, 6), long: prompt(2, 9) }[name]!;
    const take = await generate(model, { prompt: tokens, frames: 8, seed: takeSeed, steer });
    assert.deepEqual(
      result.tokens,
      take.tokens.map((codes) => [...codes]),
      JSON.stringify(result.cell),
    );
    assert.equal(result.promptFrames, tokens[0].length);
    assert.deepEqual(cellAudio(model, result), take.audio);
  }
  const differing = new Set(whole.cells.slice(0, 9).map(({ tokens }) => tokens.join()));
  assert.ok(differing.size > 6, `${differing.size} of 9 settings differ`);
});

test("the same tokens bit for bit, and the same file, whatever the batches", async () => {
  for (const rows of [1, 3]) {
    const sweep = await sweepSteering(model, { ...smallSweep(model), rows, folder: at(`rows${rows}`) });
    assert.deepEqual(sweep, whole, `${rows} rows`);
    assert.equal(lines(`rows${rows}`), lines("whole"), `${rows} rows`);
  }
  const inMemory = await sweepSteering(model, { ...smallSweep(model), memory: 1 });
  assert.deepEqual(inMemory, whole);
});

test("an interrupt of the notebook stops what was begun under it, and finished cells are kept", async () => {
  const controller = new AbortController();
  const options = { ...smallSweep(model), folder: at("interrupted"), rows: 7 };
  endsWith(controller.signal);
  const sweeping = sweepSteering(model, {
    ...options,
    onCell: () => controller.abort(new Error("interrupted")),
  });
  await assert.rejects(sweeping, /^Error: interrupted$/);
  endsWith(undefined);
  assert.equal(lines("interrupted").split("\n").length, 2);
  assert.deepEqual(await sweepSteering(model, options), whole);
  assert.equal(lines("interrupted"), lines("whole"));
});

test("a sweep that was stopped goes on; a finished one computes nothing; both files are the uninterrupted one", async () => {
  const controller = new AbortController();
  let count = 0;
  const stop = () => {
    count++;
    if (count === 17) controller.abort();
  };
  const options = { ...smallSweep(model), folder: at("stopped"), rows: 7 };
  await assert.rejects(sweepSteering(model, { ...options, onCell: stop, signal: controller.signal }), {
    name: "AbortError",
  });
  assert.equal(lines("stopped").split("\n").length, 18);
  writeFileSync(join(at("stopped"), "cells.jsonl"), `${lines("stopped")}${lines("whole").slice(0, 300)}`);
  const fresh: CellResult[] = [];
  const progress: (SweepProgress & { done: number; total: number })[] = [];
  const sweep = await sweepSteering(model, {
    ...options,
    rows: 4,
    onCell: (cell) => void fresh.push(cell),
    onProgress: (done, total, more) => void progress.push({ done, total, ...more! }),
  });
  assert.deepEqual(sweep, whole);
  assert.equal(lines("stopped"), lines("whole"));
  assert.equal(fresh.length, whole.cells.length - 17);
  assert.ok(progress.every(({ total, restored }) => total === 54 && restored === 17));
  assert.ok(progress.every(({ done }, i) => i === 0 || done >= progress[i - 1].done));
  assert.ok(progress[0].done > 17 && progress[0].secondsLeft! > 0);
  assert.deepEqual([progress.at(-1)!.done, Math.round(progress.at(-1)!.secondsLeft!)], [54, 0]);
  const again = await sweepSteering(model, { ...options, onCell: () => assert.fail("computed again") });
  assert.deepEqual(again, whole);
  assert.equal(lines("stopped"), lines("whole"));
});

test("a larger grid in the same folder computes what is new", async () => {
  const options = {
    ...smallSweep(model),
    prompts: [prompt(1, 6), prompt(3, 6)],
    seeds: [0],
    folder: at("grown"),
  };
  const run = async (more: object) => {
    let count = 0;
    const sweep = await sweepSteering(model, { ...options, ...more, onCell: () => void count++ });
    return { sweep, count };
  };
  assert.equal((await run({ alpha: [20], topK: [2] })).count, 2 * 3);
  assert.equal((await run({ alpha: [20, 60], topK: [2] })).count, 2 * 2);
  const { sweep, count } = await run({
    alpha: [20],
    topK: [2],
    schedules: { own: undefined, third: every(3) },
  });
  assert.equal(count, 2 * 2);
  assert.deepEqual(
    sweep.summary.map(({ method, schedule }) => `${method} ${schedule}`),
    ["none null", "iti own", "iti third", "smitin own", "smitin third"],
  );
  const renamed = await run({ alpha: [20], topK: [2], schedules: { "every 3": every(3) } });
  assert.equal(renamed.count, 0);
  assert.equal(renamed.sweep.summary[1].schedule, "every 3");
});

test("other sweeps' folders, damaged files and impossible options are refused, each in one sentence", async () => {
  const options = smallSweep(model);
  const before = tf.memory().numTensors;
  const refused = (more: object, message: RegExp) =>
    assert.rejects(sweepSteering(model, { ...options, ...more }), (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  const { probes } = options;
  const others = madeUp(model, "another");
  await refused({ alpha: [1, Number.NaN] }, /alpha: expected a number from -1000 to 1000, found NaN/);
  await refused({ alpha: [] }, /alpha: expected at least one, found none/);
  await refused({ alpha: [5, 5] }, /alpha: expected each once, found 5 twice/);
  await refused({ topK: [0] }, /topK: expected a number of heads from 1 to 8 or "all", found 0/);
  await refused({ topK: [9] }, /topK.*found 9/);
  await refused({ prompts: [] }, /prompts: expected at least one/);
  await refused({ prompts: [prompt(1, 6), prompt(1, 6)] }, /the same prompt in "0" and "1"/);
  await refused({ prompts: [[Int32Array.of(1)]] }, /prompt "0": tokens: expected 4 codebooks, found 1/);
  await refused({ prompts: [{ samples: Float32Array.of(Number.NaN), sampleRate: 400 }] }, /prompt "0".*NaN/);
  await refused({ methods: ["other"] }, /methods.*"other"/);
  await refused({ methods: [] }, /methods: expected at least one/);
  await refused({ seeds: [0.5] }, /seeds: expected integers, found 0\.5/);
  await refused({ directions: ["principal"] }, /iti, alpha 20, K 1, direction principal.*activations/);
  await refused({ schedules: { odd: () => Number.NaN } }, /schedule "odd"\[0\].*NaN/);
  await refused({ rows: 0 }, /rows: expected a positive integer, found 0/);
  await refused({ frames: 2 }, /seconds: the judge needs at least 0\.1 s/);
  await refused(
    { probes: others },
    /probes: expected those of model .*plain, fingerprint \w+, found.*fingerprint another/,
  );
  await refused(
    { probes: { ...probes, trait: "violin" } },
    /judge: expected one that knows "violin", found one that knows drums, piano/,
  );
  await refused(
    { frames: 9, folder: at("whole") },
    /whole.sweep\.json: the folder holds another sweep: expected frames 9, found 8/,
  );
  await refused({ judge: undefined, folder: at("whole") }, /another sweep: expected judge null/);
  await refused(
    { prompts: [prompt(4, 6)], folder: at("whole") },
    /another sweep: expected reference "the prompts/,
  );
  writeFileSync(at("whole/cells.jsonl"), `{}\n${lines("whole")}`);
  await refused({ folder: at("whole") }, /cells\.jsonl, line 1: expected a finished cell with key/);
  writeFileSync(at("whole/cells.jsonl"), `nonsense\n`);
  await refused({ folder: at("whole") }, /cells\.jsonl, line 1: expected a finished cell \(JSON\)/);
  rmSync(at("whole/sweep.json"));
  await refused(
    { folder: at("whole") },
    /sweep\.json: expected what .*cells\.jsonl belongs to, found nothing/,
  );
  assert.throws(
    () => readSweep(at("nowhere")),
    /nowhere.sweep\.json: expected a sweep's settings, found nothing/,
  );
  assert.equal(tf.memory().numTensors, before);
});
