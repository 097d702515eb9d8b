import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker as Thread } from "node:worker_threads";
import { sweepSteering } from "../../lib/disk/sweepFolder";
import { startBackend } from "../../lib/engine";
import { openJudge } from "../../lib/hub/judges";
import { endsWith } from "../../lib/jobs/interruption";
import type { MusicGen } from "../../lib/model/musicgen";
import { prefix } from "../../lib/queue/bullmq";
import { distributeSweep } from "../../lib/queue/distribute";
import { jobOf, keyOf, type TaskQueue, withTaskQueue } from "../../lib/queue/redisQueue";
import { taskOf } from "../../lib/queue/task";
import { workOn } from "../../lib/queue/work";
import { recipeOptions, type SweepRecipe, sweepRecipe } from "../../lib/sweep/recipe";
import type { Sweep } from "../../lib/sweep/sweep";
import { openModel, smallSweep } from "../sweep/fixture";
import { type RedisServer, startRedis, whyNot } from "./redis";

describe("cells at a queue, in one process", { skip: whyNot() }, () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-queue-"));
  const at = (name: string) => join(folder, name);
  const lines = (name: string) => readFileSync(join(at(name), "cells.jsonl"), "utf8");
  let redis: RedisServer;
  let model: MusicGen;
  let recipe: SweepRecipe;
  let whole: Sweep;

  before(async () => {
    redis = await startRedis();
    await startBackend("wasm");
    model = openModel();
    const { alpha, topK, seeds, frames, ...given } = smallSweep(model);
    recipe = sweepRecipe(model, "plain", given, { alpha, topK, seeds, frames }, null);
    whole = await sweepSteering(model, {
      ...(await recipeOptions(recipe, openJudge)),
      folder: at("whole"),
    });
  });

  after(async () => {
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  const connected = <T>(run: (taskQueue: TaskQueue) => Promise<T>) =>
    withTaskQueue(redis.url, assert.fail, run);

  /** Work on what waits while something runs; what the worker said, and when. */
  async function working(
    taskQueue: TaskQueue,
    loaded: MusicGen,
    run: () => Promise<unknown>,
    lostAfter = 60,
  ) {
    const events: { text: string; at: number }[] = [];
    const controller = new AbortController();
    const work = workOn(taskQueue, {
      model: { name: "plain", loaded },
      rows: 8,
      lostAfter,
      onEvent: (text) => void events.push({ text: text.replace(/^sweep \w+: /, ""), at: Date.now() }),
      signal: controller.signal,
    });
    await Promise.race([run(), work]);
    controller.abort();
    await work;
    return events;
  }

  /** The model, which does something before every step. */
  function beforeSteps(act: () => void): MusicGen {
    const step: MusicGen["decoder"]["step"] = (...values) => {
      act();
      return model.decoder.step(...values);
    };
    const decoder = Object.create(model.decoder, { step: { value: step } });
    return Object.create(model, { decoder: { value: decoder } });
  }

  test("a batch that fails is tried again after a while, in smaller ones", () =>
    connected(async (taskQueue) => {
      let failures = 1;
      const failing = beforeSteps(() => {
        if (failures-- > 0) throw new Error("out of memory");
      });
      const events = await working(taskQueue, failing, () =>
        distributeSweep(model, recipe, taskQueue, { folder: at("failed") }),
      );
      assert.equal(lines("failed"), lines("whole"));
      const texts = events.map(({ text }) => text);
      assert.deepEqual(texts.slice(0, 2), ["8 cells", "8 cells failed: out of memory"]);
      const sizes = texts.slice(2).map((text) => Number.parseInt(text, 10));
      assert.equal(
        sizes.reduce((a, b) => a + b),
        54,
      );
      assert.ok(sizes.every((size) => size <= 8) && sizes.at(-1)! <= 4, `${sizes}`);
      assert.ok(events.at(-1)!.at - events[1].at >= 1000, "tried again at once");
    }));

  test("computing keeps a worker's thread busy for longer than a lock lasts: no cell is lost or computed twice", () =>
    connected(async (taskQueue) => {
      const checker = await checksLocks(taskOf(recipe).id);
      let pauses = 2;
      const busy = beforeSteps(() => void (pauses-- > 0 && wait(3500)));
      const options = { folder: at("busy") };
      const events = await working(
        taskQueue,
        busy,
        () => distributeSweep(model, recipe, taskQueue, options),
        1,
      );
      await checker.terminate();
      assert.equal(lines("busy"), lines("whole"));
      const sizes = events.map(({ text }) => Number(/^(\d+) cells?$/.exec(text)?.[1]));
      assert.equal(
        sizes.reduce((a, b) => a + b),
        54,
        events.map(({ text }) => text).join(),
      );
    }));

  /** Another worker of a task, which takes nothing, but looks what others have lost. */
  async function checksLocks(id: string): Promise<Thread> {
    const connection = { url: redis.url };
    const options = { connection, prefix, autorun: false, lockDuration: 1000, stalledInterval: 500 };
    const workerData = [id, null, { ...options, maxStalledCount: 100 }];
    const thread = new Thread(
      `const { parentPort, workerData } = require("node:worker_threads");
      const worker = new (require(${JSON.stringify(require.resolve("bullmq"))}).Worker)(...workerData);
      worker.startStalledCheckTimer().then(() => parentPort.postMessage("at work"));`,
      { eval: true, workerData, execArgv: [] },
    );
    await once(thread, "message");
    return thread;
  }

  test("a sweep that was stopped goes on; what workers did meanwhile is fetched, and nothing computed twice", () =>
    connected(async (taskQueue) => {
      const controller = new AbortController();
      let count = 0;
      const onCell = () => void (++count === 10 && controller.abort(new Error("stopped")));
      const options = { folder: at("stopped"), onCell, signal: controller.signal };
      const stopped = () =>
        assert.rejects(distributeSweep(model, recipe, taskQueue, options), { message: "stopped" });
      const slow = beforeSteps(() => wait(20));
      await working(taskQueue, slow, stopped);
      assert.ok(count >= 10 && count < 54, `${count} cells came in`);
      assert.deepEqual(await taskQueue.tasks(), []);

      const queued = taskOf(recipe);
      const { id } = queued;
      const cells = whole.cells.map(({ key }) => ({ name: "cell", data: null, opts: { jobId: jobOf(key) } }));
      await taskQueue.add(queued);
      await taskQueue.pieces(id).addBulk(cells); // as a sweep that was killed leaves it
      const events = await working(taskQueue, model, async () => {
        while ((await taskQueue.pieces(id).getRanges(["completed"], 0, -1)).length < 54) await sleep(50);
      });
      assert.equal(events.length, 7);
      const sweep = await distributeSweep(model, recipe, taskQueue, { folder: at("stopped") });
      assert.deepEqual(sweep, whole);
      assert.equal(lines("stopped"), lines("whole"));
      const onQueued = () => assert.fail("a finished sweep waited in the queue");
      assert.deepEqual(
        await distributeSweep(model, recipe, taskQueue, { folder: at("stopped"), onQueued }),
        whole,
      );
    }));

  test("an interrupt of the notebook ends the wait for workers; what they had not begun is taken out of the queue", () =>
    connected(async (taskQueue) => {
      const controller = new AbortController();
      endsWith(controller.signal);
      const going = assert.rejects(distributeSweep(model, recipe, taskQueue, { folder: at("interrupted") }), {
        message: "interrupted",
      });
      while ((await taskQueue.tasks()).length === 0) await sleep(20);
      endsWith(undefined);
      controller.abort(new Error("interrupted"));
      await going;
      assert.deepEqual(await taskQueue.tasks(), []);
    }));

  test("workers of one engine do a sweep: that of the first, or of the cells that are there", () =>
    connected(async (taskQueue) => {
      const { id } = taskOf(recipe);
      const distribute = (name: string) => distributeSweep(model, recipe, taskQueue, { folder: at(name) });
      const engineOf = (name: string) =>
        JSON.parse(readFileSync(join(at(name), "sweep.json"), "utf8")).engine;
      await taskQueue.engine(id, "tensorflow"); // a worker that came too late for an earlier run
      await working(taskQueue, model, () => distribute("engines"));
      assert.equal(engineOf("engines"), "wasm");
      assert.equal(await taskQueue.engine(id), undefined);

      const [settings, cells] = ["sweep.json", "cells.jsonl"].map((name) => join(at("engines"), name));
      writeFileSync(settings, readFileSync(settings, "utf8").replace('"wasm"', '"tensorflow"'));
      writeFileSync(cells, lines("whole").split("\n").slice(0, 9).join("\n").concat("\n"));
      const stop = new AbortController();
      const options = { folder: at("engines"), signal: stop.signal };
      const going = assert.rejects(distributeSweep(model, recipe, taskQueue, options), {
        name: "AbortError",
      });
      while ((await taskQueue.tasks()).length === 0) await sleep(20);
      await assert.rejects(
        working(taskQueue, model, () => going),
        /expected a worker on the engine tensorflow, as the sweep's others are, found wasm: .*SMITIN_BACKEND/,
      );
      stop.abort();
      await going;
    }));

  test("a cell whose key looks like a number is a cell as others are", () =>
    connected(async (taskQueue) => {
      const key = "1234567890123456";
      await taskQueue.pieces("numbers").addBulk([{ name: "cell", data: null, opts: { jobId: jobOf(key) } }]);
      const worker = taskQueue.worker("numbers", 60_000);
      assert.equal(keyOf((await worker.getNextJob("a", { block: false }))!), key);
      await worker.close(true);
      await taskQueue.remove("numbers");
    }));

  test("cells that fail for good are said, the others kept; the same sweep tries them again", () =>
    connected(async (taskQueue) => {
      const worker = taskQueue.worker(taskOf(recipe).id, 60_000);
      const refuse = async () => {
        for (let refused = 0; refused < 54; ) {
          const job = await worker.getNextJob("a", { block: false });
          if (job && ++refused)
            await job.moveToFailed(new taskQueue.UnrecoverableError("no luck"), "a", false);
          else await sleep(20);
        }
      };
      const failing = assert.rejects(
        distributeSweep(model, recipe, taskQueue, { folder: at("refused") }),
        /^Error: 54 of 54 cells failed, among them \w+: no luck; the others are kept/,
      );
      await Promise.all([failing, refuse()]);
      await worker.close(true);
      await working(taskQueue, model, () =>
        distributeSweep(model, recipe, taskQueue, { folder: at("refused") }),
      );
      assert.equal(lines("refused"), lines("whole"));
    }));
});

/** Do nothing else for so many milliseconds. */
function wait(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
