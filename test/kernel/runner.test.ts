import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runNotebook } from "../../lib/kernel/headless/runner";
import type { CellProgress } from "../../lib/kernel/headless/terminal";
import {
  type NotebookCell,
  type NotebookFile,
  readNotebook,
  type SavedOutput,
} from "../../lib/kernel/notebookFile";

const small = join(__dirname, "notebooks/small.ipynb");
let notebook: NotebookFile;
/** Seconds that a small notebook takes here. */
let usual = 0;
const project = mkdtempSync(join(tmpdir(), "project-"));
after(() => rmSync(project, { recursive: true }));

describe("the headless runner on a small notebook", () => {
  const out = join(project, "out/small.ipynb");
  const seen: CellProgress[] = [];
  const outputs = (id: string) => notebook.cells.find((cell) => cell.id === id)!.outputs!;

  before(async () => {
    const run = await runNotebook(small, out, { terminal: false, onCell: (cell) => void seen.push(cell) });
    assert.deepEqual([run.ok, run.cells], [true, 7]);
    notebook = readNotebook(out);
    usual = run.seconds;
  });

  test("imports the library's sources from the notebook's folder and works there", () => {
    assert.deepEqual(outputs("imports"), [result(1, { "text/plain": "true" })]);
    assert.deepEqual(outputs("root"), [result(5, { "text/plain": "smitin-lab" })]);
  });

  test("joins printed text, carriage returns carried out", () => {
    assert.deepEqual(outputs("streams"), [
      { output_type: "stream", name: "stdout", text: "step 3\nplain\n" },
      { output_type: "stream", name: "stderr", text: "aside\n" },
    ]);
  });

  test("keeps the order of displays that are drawn late, and applies updates where the output stands", () => {
    assert.deepEqual(outputs("displays"), [
      display({ "text/plain": "replaced" }),
      display({ "text/html": "<b>drawn late</b>", "text/plain": "drawn late" }),
      display({ "text/plain": "after it" }),
      result(3, { "text/html": "<i>rich</i>", "text/plain": "rich" }),
    ]);
    assert.deepEqual(outputs("updates"), [{ output_type: "stream", name: "stdout", text: "1\n2\n" }]);
  });

  test("records an expected error, its traceback leading from the library to the line of the cell", () => {
    const [error] = outputs("expected") as Extract<SavedOutput, { output_type: "error" }>[];
    assert.equal(error.ename, "RangeError");
    assert.equal(error.evalue, "seed must be an integer within +-9007199254740991, found 0.5");
    const inLibrary = error.traceback
      .slice(1)
      .filter((line) => /lib\/math\/random\.ts:\d+:\d+\)$/.test(line));
    assert.match(inLibrary.at(-1)!, /at random \(/);
    const inCell = error.traceback.slice(1 + inLibrary.length);
    assert.deepEqual(inCell.slice(0, 2), ["    at draw (cell 6, line 4)", "    at cell 6, line 5"]);
    assert.ok(error.traceback.includes("> 4 | const draw = ({ seed }: Options) => random(seed)();"));
  });

  test("writes a notebook of format 4.5 that differs from its source in the outputs only", () => {
    const bare = (cell: NotebookCell) => ({ ...cell, outputs: [], execution_count: null });
    const source = readNotebook(small);
    assert.deepEqual(notebook.cells.map(bare), source.cells.map(bare));
    assert.deepEqual(notebook.metadata, source.metadata);
    assert.deepEqual([notebook.nbformat, notebook.nbformat_minor], [4, 5]);
  });

  test("tells how far it is", () => {
    assert.deepEqual(
      seen.slice(0, 2).map(({ number, of, state }) => [number, of, state]),
      [
        [1, 7, "running"],
        [1, 7, "done"],
      ],
    );
    assert.equal(seen.find(({ number, state }) => number === 6 && state !== "running")!.state, "failed");
  });
});

describe("the headless runner when things go wrong", { concurrency: 2 }, () => {
  test("stops at an error and keeps the outputs until then", async () => {
    const { run, cells } = await runCells(["1", 'console.log("before");\nnope();', "3"]);
    assert.deepEqual([run.ok, run.cells], [false, 2]);
    assert.deepEqual(run.error, {
      cell: 2,
      ename: "TypeScriptError",
      evalue: "line 2: Cannot find name 'nope'.",
    });
    assert.equal(cells[0].outputs!.length, 1);
    assert.deepEqual([cells[2].outputs, cells[2].execution_count], [[], null]);
  });

  test("goes on after errors if asked to, also after rejections that nobody awaits; not without its process", async () => {
    const sources = [
      "void Promise.reject(new TypeError('unheard'));",
      "throw 'text'",
      'prompt("Name?")',
      "3",
      "process.exit(3);",
      'process.kill(process.pid, "SIGKILL");',
      "4",
    ];
    const { run, cells } = await runCells(sources, { allowErrors: true });
    assert.deepEqual([run.ok, run.cells], [false, 6]);
    const names = cells.map((cell) => (cell.outputs![0] as { ename?: string } | undefined)?.ename);
    assert.deepEqual(names, ["TypeError", "Thrown", "Error", undefined, "Exit", "DeadKernel", undefined]);
    assert.match((cells[2].outputs![0] as { evalue: string }).evalue, /prompt\("Name\?"\): nobody is there/);
    assert.equal(run.error!.evalue, "the notebook's process ended (SIGKILL)");
  });

  test("kills a cell that does not end, by the clock", async () => {
    const { run, cells } = await runCells(['console.log("begun");\nfor (;;);'], {
      timeoutSeconds: 4 + 2 * usual,
    });
    assert.equal(run.error!.ename, "TimeoutError");
    assert.deepEqual(cells[0].outputs![0], { output_type: "stream", name: "stdout", text: "begun\n" });
  });

  test("refuses what is no notebook, and writes nothing", async () => {
    const path = join(project, "no.ipynb");
    for (const text of ["{", "[]", '{"cells": [], "nbformat": 3}', '{"cells": [{}], "nbformat": 4}']) {
      writeFileSync(path, text);
      await assert.rejects(
        runNotebook(path, join(project, "none.ipynb")),
        /no\.ipynb: expected a Jupyter notebook/,
      );
    }
    assert.throws(() => readFileSync(join(project, "none.ipynb")), /ENOENT/);
  });
});

test("an edit in the library is live in the next cell, however deep it was made", async () => {
  const home = join(project, "edited");
  mkdirSync(join(home, "lib"), { recursive: true });
  mkdirSync(join(home, "notebooks"));
  writeFileSync(join(home, "package.json"), "{}");
  writeFileSync(join(home, "lib/index.ts"), 'export * from "./middle";\n');
  writeFileSync(
    join(home, "lib/middle.ts"),
    'import { n } from "./deep";\nexport const twice = (): number => 2 * n;\n',
  );
  writeFileSync(join(home, "lib/deep.ts"), "export const n: number = 1;\n");
  const edit = (file: string, text: string) =>
    `require("node:fs").writeFileSync(${JSON.stringify(`../lib/${file}`)}, ${JSON.stringify(text)});`;
  const { run, cells } = await runCells(
    [
      'import { twice } from "../lib";\nimport * as lib from "../lib";\ntwice()',
      edit("deep.ts", "export const n: number = 5;\n"),
      "[twice(), lib.twice()]",
      edit("middle.ts", "export const twice = (): string => `many`;\nexport const fresh = 1;\n"),
      'import { fresh } from "../lib";\nconst word: string = twice();\n[word, fresh]',
    ],
    { folder: join(home, "notebooks") },
  );
  assert.equal(run.error, undefined);
  const texts = cells.flatMap((cell) =>
    (cell.outputs as { data: Record<string, string> }[]).map((o) => o.data),
  );
  assert.deepEqual(
    texts.map((data) => data["text/plain"]),
    ["2", "[ 10, 10 ]", "[ 'many', 1 ]"],
  );
});

let files = 0;

/** Run cells with these sources as a notebook. */
async function runCells(
  sources: string[],
  { folder = project, ...options }: { folder?: string; timeoutSeconds?: number; allowErrors?: boolean } = {},
) {
  const path = join(folder, `cells${files++}.ipynb`);
  const cells = sources.map((source) => ({
    cell_type: "code",
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 }));
  const run = await runNotebook(path, path, { terminal: false, ...options });
  return { run, cells: readNotebook(path).cells };
}

function result(execution_count: number, data: Record<string, string>): SavedOutput {
  return { output_type: "execute_result", execution_count, data, metadata: {} };
}

function display(data: Record<string, string>): SavedOutput {
  return { output_type: "display_data", data, metadata: {} };
}
