import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { random } from "../../lib/math/random";
import { type KernelClient, startKernelClient } from "./client";

const folder = resolve(__dirname, "notebooks");

describe("interrupts and questions over ZeroMQ", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(folder);
  });
  after(() => kernel.close());

  /** Run a cell that says when it comes to where it stays, interrupt it then, and give the reply. */
  async function stopped(code: string, interrupt: () => unknown) {
    const from = kernel.seen.length;
    const running = kernel.execute(code);
    await kernel.until((m) => kernel.seen.indexOf(m as never) >= from && m.type === "stream");
    await interrupt();
    return (await running).reply.content;
  }
  const signal = () => kernel.process.kill("SIGINT");
  const message = async () => {
    const { reply } = await kernel.request("interrupt_request", {}, { channel: "control" });
    assert.deepEqual([reply.type, reply.content], ["interrupt_reply", { status: "ok" }]);
  };

  test("the signal stops a cell that waits, and one that is busy", async () => {
    const waiting = 'console.log("here");\nawait new Promise(() => {});';
    assert.equal((await stopped(waiting, signal)).ename, "Interrupted");
    assert.equal((await stopped('console.log("here");\nfor (;;);', signal)).ename, "Interrupted");
  });

  test("signals at random moments are neither lost nor deadly: while a cell begins, where it begins to wait, and later", async () => {
    const uniform = random(5);
    for (let round = 0; round < 60; round++) {
      const [busy, later] = [uniform() * 8, uniform() * 12];
      const code =
        `const end = performance.now() + ${busy};\nconsole.log("here");\n` +
        "while (performance.now() < end);\nawait new Promise(() => {});";
      const reply = await stopped(code, async () => {
        await new Promise((resolve) => setTimeout(resolve, later));
        signal();
        if (round % 3 === 0) signal();
      });
      assert.equal(
        reply.ename,
        "Interrupted",
        `round ${round}: busy for ${busy} ms, signal after ${later} ms`,
      );
    }
    for (let i = 0; i < 50; i++) signal();
    assert.equal(await kernel.value("1 + 1"), "2");
  });

  test("a loop that a cell set going ends with the cell's beginning; a file half loaded is loaded anew", async () => {
    await kernel.execute("let turns = 0;");
    const code =
      "async function turn() { for (;;) { turns++; await new Promise((r) => setTimeout(r, 5)); } }\n" +
      'void turn();\nconsole.log("here");\nfor (;;);';
    assert.equal((await stopped(code, signal)).ename, "Interrupted");
    const turns = await kernel.value("turns");
    await kernel.execute("await new Promise((r) => setTimeout(r, 60));");
    assert.equal(await kernel.value("turns"), turns);

    const file = join(mkdtempSync(join(tmpdir(), "half-")), "slow.cjs");
    writeFileSync(file, 'console.log("here");\nif (!globalThis.quick) for (;;);\nexports.whole = "whole";\n');
    const load = `require(${JSON.stringify(file)}).whole`;
    assert.equal((await stopped(load, signal)).ename, "Interrupted");
    await kernel.execute("(globalThis as { quick?: boolean }).quick = true;");
    assert.equal(await kernel.value(load), "whole");
    rmSync(dirname(file), { recursive: true });
  });

  test("Jupyter's message stops a cell that waits, that is busy, and that is busy after it has waited", async () => {
    const waiting = 'console.log("here");\nawait new Promise(() => {});';
    assert.equal((await stopped(waiting, message)).ename, "Interrupted");
    assert.equal((await stopped('console.log("here");\nfor (;;);', message)).ename, "Interrupted");
    const later = 'await new Promise((r) => setTimeout(r, 5));\nconsole.log("here");\nfor (;;);';
    assert.equal((await stopped(later, message)).ename, "Interrupted");
  });

  test("long work of the library ends with the cell, and the next cell has the machine to itself", async () => {
    await kernel.execute(
      'import { bandPairs, captureHeads, generate, loadMusicGen } from "../../../lib";\n' +
        "const model = await loadMusicGen();\n" +
        'const [pair] = await bandPairs({ trait: "piano", count: 1 });\nconst steps = { done: 0 };\n' +
        'const onProgress = () => { if (steps.done++ === 3) console.log("here"); };',
    );
    const works: [string, () => unknown][] = [
      ["await generate(model, { seconds: 20, seed: 1, onProgress });", message],
      ["await generate(model, { seconds: 20, seed: 1, onProgress });", signal],
      ['await bandPairs({ trait: "piano", count: 1000, onProgress });', message],
      ["await captureHeads(model, Array(400).fill(pair), { batch: 1, onProgress });", signal],
      ["await captureHeads(model, Array(400).fill(pair), { batch: 4, onProgress });", message],
    ];
    for (const [work, interrupt] of works) {
      await kernel.execute("steps.done = 0;");
      assert.equal((await stopped(work, interrupt)).ename, "Interrupted", work);
      const at = await kernel.value("steps.done");
      await kernel.execute("await new Promise((r) => setTimeout(r, 300));");
      assert.equal(await kernel.value("steps.done"), at, work);
    }
    await kernel.execute(
      "steps.done = 0;\nconst later = generate(model, { seconds: 20, seed: 1, onProgress });",
    );
    assert.equal((await stopped('console.log("waiting");\nawait later;', message)).ename, "Interrupted");
    const at = await kernel.value("steps.done");
    await kernel.execute("await new Promise((r) => setTimeout(r, 300));");
    assert.equal(await kernel.value("steps.done"), at, "work that an earlier cell began");
    const again = "(await generate(model, { seconds: 0.5, seed: 1 })).tokens[0].length";
    assert.equal(await kernel.value(again), "25");
  });

  test("what a cell held where it was broken off, in the midst of tf.tidy, is freed", async () => {
    await kernel.execute('import { tf } from "../../../lib/engine";\nawait tf.setBackend("cpu");');
    const held = await kernel.value("tf.memory().numTensors");
    const busy = "tf.tidy(() => { tf.zeros([10]); for (;;); });";
    assert.equal((await stopped(`console.log("here");\n${busy}`, signal)).ename, "Interrupted");
    const later = `await new Promise((r) => setTimeout(r, 5));\nconsole.log("here");\n${busy}`;
    assert.equal((await stopped(later, message)).ename, "Interrupted");
    assert.equal(await kernel.value("tf.memory().numTensors"), held);
  });

  test("an interrupted loop of a cell has ended, its finally clauses run, and the next cell runs", async () => {
    await kernel.execute("let rounds = 0;\nlet cleaned = false;");
    const loop =
      "async function turn() { for (;;) { rounds++; await new Promise((r) => setTimeout(r, 10)); } }\n" +
      'console.log("here");\ntry { await turn(); } finally { cleaned = true; }';
    assert.equal((await stopped(loop, message)).status, "error");
    const rounds = await kernel.value("rounds");
    await kernel.execute("await new Promise((r) => setTimeout(r, 100));");
    assert.equal(await kernel.value("rounds"), rounds);
    assert.equal(await kernel.value("cleaned"), "true");
  });

  test("an interrupt of an idle kernel changes nothing", async () => {
    await message();
    signal();
    assert.equal(await kernel.value("1 + 1"), "2");
  });

  test("prompt asks in the notebook, after what the cell has printed", async () => {
    const asked: unknown[] = [];
    kernel.answer = ({ type, content }) => {
      asked.push(type, content);
      return asked.length < 3 ? "Ada" : "";
    };
    const { published } = await kernel.execute(
      'console.log("who is there");\nconst name = prompt("Name?");\n' +
        'await null;\nconst mood = prompt("Mood?", "fine");\n[name, mood]',
    );
    assert.deepEqual(asked, [
      "input_request",
      { prompt: "Name?", password: false },
      "input_request",
      { prompt: "Mood? [fine] ", password: false },
    ]);
    assert.deepEqual(published.at(-1)!.content.data, { "text/plain": "[ 'Ada', 'fine' ]" });
  });

  test("prompt says so where the front end takes no questions, and can be interrupted", async () => {
    const { reply } = await kernel.execute('prompt("Name?")', { allow_stdin: false });
    assert.match(String(reply.content.evalue), /takes no questions/);
    kernel.answer = () => {
      void message();
      return undefined;
    };
    assert.equal((await kernel.execute('prompt("Name?")')).reply.content.ename, "Interrupted");
    kernel.answer = () => {
      signal();
      return undefined;
    };
    for (const code of ['prompt("Name?")', 'await null;\nprompt("Name?")'])
      assert.equal((await kernel.execute(code)).reply.content.ename, "Interrupted");
    kernel.answer = () => "Ada";
    assert.equal(await kernel.value('prompt("Name?")'), "Ada");
  });
});
