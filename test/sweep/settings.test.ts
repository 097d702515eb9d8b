import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { pid } from "../../lib/steering/pid";
import { byHand, type Selector } from "../../lib/steering/selector";
import { itiMethod, type SweepMethod, smitinMethod } from "../../lib/sweep/method";
import { openModel, prompt, smallSweep } from "./fixture";

const folder = mkdtempSync(join(tmpdir(), "smitin-settings-"));

before(() => startBackend("wasm"));
after(() => rmSync(folder, { recursive: true }));

const model = openModel();

async function run(method: SweepMethod, name?: string) {
  const { cells } = await sweepSteering(model, {
    ...smallSweep(model),
    prompts: [prompt(1, 6)],
    alpha: [200],
    seeds: [0],
    methods: [method],
    ...(name && { folder: join(folder, name) }),
  });
  assert.equal(cells.length, 2); // K makes no difference to heads by hand, nor to these gates' keys below
  return cells[1];
}

test("heads by hand are a method of a sweep: which ones is part of a cell's key", async () => {
  const heads = [{ layer: 1, head: 2 }];
  const one = await run(itiMethod({ selector: byHand(heads) }, "one head"), "one");
  const { methods } = JSON.parse(readFileSync(join(folder, "one/sweep.json"), "utf8"));
  assert.deepEqual(methods, [
    {
      name: "one head",
      settings: { selector: { kind: "byHand", heads: [{ layer: 1, head: 2, weight: 1 }] } },
    },
  ]);
  assert.equal(one.cell.topK, null);
  const again = await run(itiMethod({ selector: byHand([{ layer: 1, head: 2, weight: 1 }]) }, "one head"));
  assert.equal(again.key, one.key);
  const other = await run(itiMethod({ selector: byHand([{ layer: 0, head: 2 }]) }, "one head"));
  assert.notEqual(other.key, one.key);
});

test("so are a selector of one's own, by its weights, and a gate that has itself as data", async () => {
  const last: Selector = ({ heads }) => Float64Array.from(heads, (_, i) => (i === heads.length - 1 ? 1 : 0));
  const first: Selector = ({ heads }) => Float64Array.from(heads, (_, i) => (i === 0 ? 1 : 0));
  const keys = [last, first].map(async (selector) => (await run(smitinMethod({ selector }, "own"))).key);
  assert.equal(new Set(await Promise.all(keys)).size, 2);
  const held = (target: number) => smitinMethod({ gate: pid({ target }), selector: last }, "held");
  assert.notEqual((await run(held(0.5))).key, (await run(held(0.6))).key);
  await assert.rejects(
    run(smitinMethod({ gate: () => () => 1 }, "bare")),
    /settings of method "bare"\.gate: expected plain data, which names a cell, found a function that has no data/,
  );
});
