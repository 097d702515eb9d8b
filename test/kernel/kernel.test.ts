import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { installKernel, removeKernel } from "../../lib/kernel/kernelSpec";
import { type KernelClient, startKernelClient } from "./client";

type Names = Record<string, string>;
const folder = resolve(__dirname, "notebooks");

describe("the kernel over ZeroMQ", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(folder);
  });
  after(() => kernel.close());

  test("says who it is", async () => {
    const { reply } = await kernel.request("kernel_info_request", {});
    assert.equal(reply.content.status, "ok");
    assert.equal((reply.content.language_info as { name: string }).name, "typescript");
  });

  test("answers a cell with its input and its result, imports meaning the notebook's folder", async () => {
    const { reply, published } = await kernel.execute(
      'import { random } from "../../../lib/math/random";\nrandom(1)() < 1',
    );
    assert.equal(reply.content.status, "ok");
    assert.deepEqual(
      published.map((message) => message.type),
      ["execute_input", "execute_result"],
    );
    assert.equal(published[1].content.execution_count, reply.content.execution_count);
    assert.deepEqual(published[1].content.data, { "text/plain": "true" });
  });

  test("keeps variables and awaits at the top level", async () => {
    await kernel.execute("const later = await Promise.resolve(20);");
    const { published } = await kernel.execute("later + 1");
    assert.deepEqual(published.at(-1)!.content.data, { "text/plain": "21" });
  });

  test("makes a module of a cell that says so, as tslab does", async () => {
    await kernel.execute("/** @module shapes */\nexport const side: number = 3;");
    const { published } = await kernel.execute('import { side } from "./shapes";\nside * side');
    assert.deepEqual(published.at(-1)!.content.data, { "text/plain": "9" });
  });

  test("keeps a variable whose type cannot be written down", async () => {
    await kernel.execute("const odd = new (class {\n  private p = 1;\n  q = 2;\n})();");
    const { published } = await kernel.execute("odd.q");
    assert.deepEqual(published.at(-1)!.content.data, { "text/plain": "2" });
  });

  test("brings a browser library once; outputs that wait for it keep it when its cell shows nothing any more, or is deleted", async () => {
    const player =
      'import { listen } from "../../../lib/notebook/listen";\nlisten({ samples: new Float32Array(80), sampleRate: 8000 });';
    const brings = async (cellId: string, code: string, deletedCells: string[] = []) => {
      const { published } = await kernel.request(
        "execute_request",
        { code, store_history: true },
        { metadata: { cellId, deletedCells } },
      );
      const shown = published.filter(({ content }) => content.data);
      return shown.map(({ content }) => JSON.stringify(content.data).includes("smitinLab.provide("));
    };
    assert.deepEqual(await brings("one", player), [true]);
    assert.deepEqual(await brings("two", player), [false]);
    assert.deepEqual(await brings("one", player), [true]);
    assert.deepEqual(await brings("one", "1"), [false, true]);
    assert.deepEqual(await brings("one", "1"), [false, true]);
    assert.deepEqual(await brings("three", player, ["one"]), [true]);
    assert.deepEqual(await brings("four", "nonsense", ["three"]), [true]);
    assert.deepEqual(await brings("four", "1", ["two"]), [false]);
    assert.deepEqual(await brings("two", player), [true]);
  });

  test("shows a cell's last value as the files say now", async () => {
    const exchange = (exports: string) =>
      `{ const path = require.resolve("../../../lib/notebook/bundle");\nrequire.cache[path] = ${exports}; }`;
    await kernel.execute(
      `const bundle = require.cache[require.resolve("../../../lib/notebook/bundle")];\n` +
        exchange('{ exports: { bundleOf: () => ({ "text/plain": "edited" }) } } as NodeModule'),
    );
    assert.equal(await kernel.value("1"), "edited");
    await kernel.execute(exchange("bundle"));
    assert.equal(await kernel.value("1"), "1");
  });

  test("sends an error with a traceback that names the cell and line", async () => {
    const { reply, published } = await kernel.execute('const fine = 1;\nthrow new RangeError("too far");');
    const error = published.at(-1)!;
    assert.equal(error.type, "error");
    assert.equal(error.content.ename, "RangeError");
    assert.equal(error.content.evalue, "too far");
    assert.match((error.content.traceback as string[])[1], /cell \d+, line 2/);
    assert.equal(reply.content.status, "error");
    assert.equal(reply.content.ename, "RangeError");
  });

  test("sends the type checker's complaint as an error", async () => {
    const { reply } = await kernel.execute('const n: number = "one";');
    assert.equal(reply.content.ename, "TypeScriptError");
    assert.match(String(reply.content.evalue), /line 1: Type 'string' is not assignable/);
  });

  test("aborts what already waits after an error, and only if asked to", async () => {
    const [, second] = await Promise.all([kernel.execute("throw new Error('a')"), kernel.execute("1")]);
    assert.equal(second.reply.content.status, "aborted");
    assert.equal((await kernel.execute("2")).reply.content.status, "ok");
    const [, third] = await Promise.all([
      kernel.execute("throw new Error('b')", { stop_on_error: false }),
      kernel.execute("3"),
    ]);
    assert.equal(third.reply.content.status, "ok");
  });

  test("delivers 100,000 lines printed at once whole and in order", async () => {
    const { published } = await kernel.execute("for (let i = 0; i < 100000; i++) console.log(`line`, i);");
    const text = published.filter((m) => m.type === "stream").map((m) => m.content.text);
    assert.equal(text.join(""), Array.from({ length: 100000 }, (_, i) => `line ${i}\n`).join(""));
  });

  test("shows what a busy cell prints and draws while it is busy", async () => {
    const { reply, published } = await kernel.execute(
      'import { progress } from "../../../lib/notebook/progress";\n' +
        'const bar = progress("steps", 4);\n' +
        "for (let step = 0; step < 4; step++) {\n" +
        "  for (const end = Date.now() + 250; Date.now() < end; );\n" +
        "  console.log(step);\n" +
        "  bar.tick();\n" +
        "}\n" +
        "bar.done();",
    );
    assert.equal(reply.content.status, "ok");
    const bars = published.filter(({ type }) => type.endsWith("display_data"));
    assert.deepEqual(
      bars.map(({ type }) => type),
      ["display_data", ...Array(5).fill("update_display_data")],
    );
    assert.equal(new Set(bars.map(({ content }) => (content.transient as Names).display_id)).size, 1);
    const early = published.filter(({ at }) => at < reply.at - 200);
    assert.ok(
      early.some(({ type }) => type === "stream") && early.some(({ type }) => type.startsWith("update")),
    );
  });

  test("shows displays and replaces them in place", async () => {
    const { published } = await kernel.execute(
      'import { show } from "../../../lib/notebook/output";\nshow({ "text/plain": "a" }, { id: "x" });\nshow({ "text/plain": "b" }, { id: "x", update: true });',
    );
    assert.deepEqual(
      published.slice(1).map(({ type, content }) => [type, content.data, content.transient]),
      [
        ["display_data", { "text/plain": "a" }, { display_id: "x" }],
        ["update_display_data", { "text/plain": "b" }, { display_id: "x" }],
      ],
    );
  });

  test("runs shorthand properties of earlier variables and loops over async iterables at the top level", async () => {
    await kernel.execute("const trait = 'drums';\nlet sum = 0;");
    assert.equal(await kernel.value("({ trait })"), "{ trait: 'drums' }");
    await kernel.execute("for await (const n of [1, Promise.resolve(2)]) sum += n;");
    assert.equal(await kernel.value("sum"), "3");
  });

  test("completes, inspects and judges code, positions in characters", async () => {
    const ask = async (type: string, code: string) =>
      (await kernel.request(type, { code, cursor_pos: [...code].length, detail_level: 0 })).reply.content;
    const completion = await ask("complete_request", "'🎵'; Math.sq");
    assert.equal((completion.matches as string[])[0], "sqrt");
    assert.deepEqual([completion.cursor_start, completion.cursor_end], [10, 12]);
    const inspection = await ask("inspect_request", "Math.sqrt");
    assert.match((inspection.data as Record<string, string>)["text/plain"], /sqrt\(x: number\): number/);
    assert.equal((await ask("inspect_request", "'text'; ")).found, false);
    const documented = {
      "Math.sqrt": /square root/,
      "[1].map": /Calls a defined callback function/,
      'import { readFileSync } from "node:fs"; readFileSync': /Returns the contents of the `path`/,
      'import * as tf from "@tensorflow/tfjs-core"; tf.zeros': /all elements set to 0/,
    };
    for (const [source, what] of Object.entries(documented)) {
      const { data } = await ask("inspect_request", source);
      assert.match((data as Record<string, string>)["text/plain"], what, source);
    }
    const samples = [
      "const a = 1;",
      "await a;",
      "for (;;) {",
      "const t = `open",
      "const const = 1;",
      "for (;;) {\n\n\n",
    ];
    const verdicts = [];
    for (const sample of samples) verdicts.push((await ask("is_complete_request", sample)).status);
    assert.deepEqual(verdicts, ["complete", "complete", "incomplete", "incomplete", "invalid", "complete"]);
  });

  test("keeps silent cells to itself, numbers the others, and gives the values of expressions", async () => {
    const before = (await kernel.execute("1")).reply.content.execution_count as number;
    const silent = await kernel.execute("console.log(1); 2", { silent: true });
    assert.deepEqual([silent.published, silent.reply.content.execution_count], [[], before]);
    const { reply } = await kernel.execute("const six = 6;", {
      user_expressions: { right: "six * 7", wrong: "no.where" },
    });
    assert.equal(reply.content.execution_count, before + 1);
    const { right, wrong } = reply.content.user_expressions as Record<string, Record<string, unknown>>;
    assert.deepEqual(right, { status: "ok", data: { "text/plain": "42" }, metadata: {} });
    assert.deepEqual([wrong.status, wrong.ename], ["error", "TypeScriptError"]);
  });

  test("remembers what has run", async () => {
    const { reply } = await kernel.request("history_request", {
      hist_access_type: "search",
      pattern: "const six*",
      n: 1,
    });
    assert.equal((reply.content.history as unknown[][])[0][2], "const six = 6;");
  });

  test("shows a cell's leaked tensors, and what TensorFlow.js holds", async () => {
    const leak = await kernel.execute(
      'import { tf } from "../../../lib/engine";\nawait tf.setBackend("cpu");\n' +
        "for (let i = 0; i < 1200; i++) tf.scalar(i);",
    );
    const printed = leak.published.filter(({ type }) => type === "stream").map((m) => m.content.text);
    assert.match(printed.join(""), /left 1200 tensors \(0\.0 MB\).*tf\.tidy/s);
    assert.match(String(await kernel.value("tf.memory()")), /numTensors: 1200/);
    const large = "tf.zeros([1e4, 2600]).shape";
    assert.equal(await kernel.value(large), "[ 10000, 2600 ]");
    const again = await kernel.execute(large);
    assert.match(String(again.published.at(-1)!.content.text), /left 1 tensor \(104\.0 MB\).*tf\.tidy/s);
    const tidy = await kernel.execute("tf.tidy(() => { for (let i = 0; i < 1200; i++) tf.scalar(i); });");
    assert.deepEqual(
      tidy.published.map(({ type }) => type),
      ["execute_input"],
    );
  });

  test("ends on request", async () => {
    const ended = once(kernel.process, "exit");
    const { reply } = await kernel.request("shutdown_request", { restart: false }, { channel: "control" });
    assert.equal(reply.type, "shutdown_reply");
    assert.deepEqual(await ended, [0, null]);
  });
});

describe("kernel.json", () => {
  const prefix = mkdtempSync(join(tmpdir(), "prefix-"));
  after(() => rmSync(prefix, { recursive: true }));
  const folder = join(prefix, "share/jupyter/kernels/smitin-lab");

  test("is installed with logos, and removed with them", () => {
    const path = installKernel({ prefix });
    assert.equal(path, join(folder, "kernel.json"));
    const { argv, interrupt_mode } = JSON.parse(readFileSync(path, "utf8"));
    assert.equal(argv[0], process.execPath);
    assert.match(argv[1], /launch\.cjs$/);
    assert.equal(interrupt_mode, "message");
    assert.deepEqual(readdirSync(folder).sort(), [
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
    ]);
    assert.equal(removeKernel({ prefix }), folder);
    assert.ok(!existsSync(folder));
    assert.throws(() => removeKernel({ prefix }), /kernels\/smitin-lab: expected the lab's kernel, found no/);
  });

  test("goes to the user's Jupyter folder if asked to", () => {
    const before = process.env.JUPYTER_DATA_DIR;
    process.env.JUPYTER_DATA_DIR = join(prefix, "mine");
    try {
      assert.equal(installKernel("user"), join(prefix, "mine/kernels/smitin-lab/kernel.json"));
    } finally {
      if (before === undefined) delete process.env.JUPYTER_DATA_DIR;
      else process.env.JUPYTER_DATA_DIR = before;
    }
  });
});
