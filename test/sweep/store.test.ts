import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startBackend } from "../../lib/engine";
import type { MusicGen } from "../../lib/model/musicgen";
import { memoryStore } from "../../lib/sweep/store";
import { sweepSteering } from "../../lib/sweep/sweep";
import { openModel, smallSweep } from "./fixture";

let model: MusicGen;
before(async () => {
  await startBackend("wasm");
  model = openModel();
});

test("a sweep that was stopped in memory goes on where it was, and is the one that was not", async () => {
  const options = { ...smallSweep(model), alpha: [20] };
  const whole = await sweepSteering(model, options);
  const store = memoryStore();
  const controller = new AbortController();
  let computed = 0;
  const onCell = () => {
    if (++computed === 5) controller.abort(new Error("stopped"));
  };
  await assert.rejects(
    sweepSteering(model, { ...options, store, rows: 2, onCell, signal: controller.signal }),
    /stopped/,
  );
  const again = await sweepSteering(model, { ...options, store, onCell: () => void computed++ });
  assert.deepEqual(again, whole);
  assert.equal(computed, whole.cells.length);
  await sweepSteering(model, { ...options, store, onCell: () => assert.fail("computed again") });
});

test("a store in memory refuses another sweep and another engine", async () => {
  const store = memoryStore();
  const options = { ...smallSweep(model), alpha: [20], store };
  await sweepSteering(model, options);
  await assert.rejects(
    sweepSteering(model, { ...options, frames: 7 }),
    /memory: this store holds another sweep: expected frames/,
  );
  const other = memoryStore();
  const open = () => other({ frames: 1 }, {});
  open().begin("wasm");
  assert.equal(open().engine, undefined); // nothing is finished: another engine may begin
  open().begin("cpu");
  open().append({ key: "a" } as never);
  assert.equal(open().engine, "cpu");
  assert.throws(() => open().begin("wasm"), /memory: its cells were made on the engine cpu/);
});
