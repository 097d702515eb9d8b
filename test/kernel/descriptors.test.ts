import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { runNotebook } from "../../lib/kernel/headless/runner";
import { type NotebookFile, type SavedOutput, textOf } from "../../lib/kernel/notebookFile";
import { type KernelClient, startKernelClient } from "./client";

type Stream = Extract<SavedOutput, { output_type: "stream" }>;

const imports =
  'import { execFileSync, execSync, spawn, spawnSync } from "node:child_process";\nimport fs from "node:fs";\n';
/** Each row: a cell, and what it prints, in order. */
const printing: [what: string, cell: string, text: string][] = [
  [
    "a child with the process's own streams",
    'spawnSync("echo", ["from a child"], { stdio: "inherit" });',
    "from a child\n",
  ],
  [
    "children between lines of the cell's own",
    'console.log("one"); execSync("echo two; echo three", { stdio: "inherit" }); console.log("four");\nexecSync("echo five", { stdio: "inherit" }); console.log("six");',
    "one\ntwo\nthree\nfour\nfive\nsix\n",
  ],
  [
    "a child that is awaited, in several pieces and in UTF-8",
    'await new Promise((resolve) => spawn("sh", ["-c", "printf \'\\\\303\'; sleep 0.1; printf \'\\\\251t\\\\303\\\\251\\\\n\'"], { stdio: "inherit" }).on("exit", resolve));',
    "été\n",
  ],
  [
    "the descriptors themselves",
    'fs.writeSync(1, "to the descriptor\\n"); console.log("and after");',
    "to the descriptor\nand after\n",
  ],
  [
    "a stream on a descriptor",
    'const out = fs.createWriteStream("", { fd: 1, autoClose: false });\nawait new Promise<void>((resolve) => void out.write("a stream\\n", () => resolve()));',
    "a stream\n",
  ],
  [
    "more than a pipe holds, while the cell stands still",
    "execFileSync(process.execPath, ['-e', 'for (let i = 0; i < 60000; i++) console.log(i)'], { stdio: 'inherit' });",
    Array.from({ length: 60000 }, (_, i) => `${i}\n`).join(""),
  ],
];
const toStderr =
  'spawnSync("sh", ["-c", "echo aside >&2"], { stdio: "inherit" }); fs.writeSync(2, "and more\\n");';

describe("what is printed at the kernel's descriptors", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient(resolve(__dirname, "notebooks"));
    await kernel.execute(imports);
  });
  after(() => kernel.close());

  async function printed(cell: string) {
    const { reply, published } = await kernel.execute(cell);
    const streams = published.filter(({ type }) => type === "stream").map(({ content }) => content);
    const of = (name: string) =>
      streams
        .filter((each) => each.name === name)
        .map(({ text }) => text)
        .join("");
    return { reply, published, stdout: of("stdout"), stderr: of("stderr") };
  }

  for (const [what, cell, text] of printing)
    test(`is in the cell that ran: ${what}`, async () => {
      const { reply, stdout } = await printed(cell);
      assert.equal(reply.content.status, "ok");
      assert.equal(stdout, text);
    });

  test("is told apart by its descriptor", async () => {
    const { stdout, stderr } = await printed(toStderr);
    assert.deepEqual([stdout, stderr], ["", "aside\nand more\n"]);
  });

  test("stands between what is shown", async () => {
    const { published } = await printed(
      'import { show } from "../../../lib/notebook/output";\nfs.writeSync(1, "a"); show({ "text/plain": "first" }); fs.writeSync(1, "b"); show({ "text/plain": "second" }); fs.writeSync(1, "c");\n1',
    );
    const texts = published
      .slice(1)
      .map(({ content }) => content.text ?? Object.values(content.data as object)[0]);
    assert.deepEqual(texts, ["a", "first", "b", "second", "c", "1"]);
  });

  test("comes while the cell stands still, and after its end until the next one", async () => {
    const { published, reply } = await printed(
      'execSync("echo at once; sleep 0.6", { stdio: "inherit" }); spawn("sh", ["-c", "sleep 0.3; echo later"], { stdio: "inherit" });\nundefined',
    );
    const [early] = published.filter(({ type }) => type === "stream");
    assert.ok(early.at < reply.at - 300);
    await kernel.until(({ content }) => content.text === "later\n");
  });

  test("is not shown of a silent cell", async () => {
    const { published } = await kernel.execute('execSync("echo unheard", { stdio: "inherit" })', {
      silent: true,
    });
    assert.deepEqual(published, []);
    const { stdout } = await printed('execSync("echo heard", { stdio: "inherit" });');
    assert.equal(stdout, "heard\n");
  });

  test("process.exit in a cell ends the cell, with all that was printed, and not the kernel", async () => {
    await kernel.execute("let kept = 1;");
    const { reply, stdout } = await printed(
      'console.log("printed"); fs.writeSync(1, "written\\n"); process.exit(3); console.log("never");',
    );
    assert.equal(stdout, "printed\nwritten\n");
    assert.equal(reply.content.ename, "Exit");
    assert.match(String(reply.content.evalue), /process\.exit\(3\) ends the cell/);
    const { reply: later, stdout: text } = await printed(
      'setTimeout(() => { console.log("in a timer"); process.exit(0); }, 5);\nawait new Promise((r) => setTimeout(r, 50));',
    );
    assert.deepEqual([later.content.ename, text], ["Exit", "in a timer\n"]);
    assert.equal(await kernel.value("kept"), "1");
  });

  test("a value whose getters throw shows that, at the cell's line", async () => {
    const { reply } = await kernel.execute(
      'const odd = {\n  get data() {\n    throw new RangeError("no data");\n  },\n  layout: {},\n};\nodd',
    );
    assert.deepEqual([reply.content.ename, reply.content.evalue], ["RangeError", "no data"]);
    const number = reply.content.execution_count;
    assert.deepEqual(reply.content.traceback, [
      "RangeError: no data",
      `    at get data (cell ${number}, line 3)`,
      "  1 | const odd = {",
      "  2 |   get data() {",
      '> 3 |     throw new RangeError("no data");',
      "    |           ^",
      "  4 |   },",
    ]);
    const twice = "throw { get message() { throw 1; }, __proto__: Error.prototype } as unknown;";
    assert.equal((await kernel.execute(twice)).reply.content.status, "error");
  });
});

describe("what is printed at the descriptors of a headless run", () => {
  const folder = mkdtempSync(join(tmpdir(), "printed-"));
  after(() => rmSync(folder, { recursive: true }));

  test("is in the cell that ran, as in the kernel; so are a process's last words", async () => {
    const sources = [
      imports,
      ...printing.map(([, cell]) => cell),
      toStderr,
      'fs.writeSync(1, "last words"); process.abort();',
    ];
    const path = join(folder, "printed.ipynb");
    const cells = sources.map((source) => ({
      cell_type: "code",
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    }));
    writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 }));
    const run = await runNotebook(path, path, { terminal: false });
    assert.equal(run.error?.ename, "DeadKernel");
    const ran = (JSON.parse(readFileSync(path, "utf8")) as NotebookFile).cells.slice(1);
    const texts = ran.map(({ outputs }) => textOf((outputs as Stream[])[0].text));
    assert.deepEqual(texts, [...printing.map(([, , text]) => text), "aside\nand more\n", "last words"]);
  });
});
