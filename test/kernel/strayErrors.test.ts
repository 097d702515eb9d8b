import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { type KernelClient, startKernelClient } from "./client";

describe("errors that nobody awaits, in a kernel whose model is loaded", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(resolve(__dirname, "notebooks"));
    const { reply } = await kernel.execute(
      'import { generate, loadMusicGen, tf } from "../../../lib";\nconst model = await loadMusicGen();',
    );
    assert.equal(reply.content.status, "ok");
  });
  after(() => kernel.close());

  test("a call that fails and is not awaited is the cell's error; the next cell answers", async () => {
    const { reply } = await kernel.execute("void generate(model, { seconds: -1 });\n'begun'");
    assert.equal(reply.content.status, "error");
    assert.match(String(reply.content.evalue), /seconds: expected a number above 0, .*, found -1/);
    assert.equal(await kernel.value("1 + 1"), "2");
  });

  test("a timer that throws and a promise that nobody hears show it after the cell; the next cell answers", async () => {
    for (const thrower of [
      "setTimeout(() => { throw new Error('too late'); }, 100);",
      "setTimeout(() => void Promise.reject(new Error('too late')), 100);",
    ]) {
      const from = kernel.seen.length;
      assert.equal((await kernel.execute(thrower)).reply.content.status, "ok");
      const shown = await kernel.until(
        (message) => kernel.seen.indexOf(message as never) >= from && message.type === "error",
      );
      assert.equal(shown.content.evalue, "too late");
      assert.match((shown.content.traceback as string[])[1], /cell \d+, line 1/);
      assert.equal(await kernel.value("1 + 1"), "2");
    }
  });

  test("nothing but the kernel listens for them, also when the engine is gone", async () => {
    const counts =
      "[process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')]";
    assert.equal(await kernel.value(counts), "[ 1, 1 ]");
    assert.equal(await kernel.value(`tf.removeBackend("wasm");\n${counts}`), "[ 1, 1 ]");
  });
});

test("the first operation of a notebook runs on the lab's engine, before any model is loaded", async () => {
  const kernel = await startKernelClient(resolve(__dirname, "notebooks"));
  try {
    const source = 'import { tf } from "../../../lib";\ntf.tensor1d([1, 2]).add(1).arraySync();';
    assert.equal(await kernel.value(source), "[ 2, 3 ]");
    assert.equal(await kernel.value("tf.getBackend()"), "wasm");
  } finally {
    await kernel.close();
  }
});
