import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import type { CellOutput } from "../../lib/kernel/cells/outputQueue";
import { recordOutputs } from "../../lib/kernel/headless/recordOutputs";
import { runNotebook } from "../../lib/kernel/headless/runner";
import { readNotebook, type SavedOutput, sourceOf } from "../../lib/kernel/notebookFile";
import { type KernelClient, startKernelClient } from "./client";
import { comparable, smallFirstNotebook } from "./realNotebook";

const folder = join(__dirname, "notebooks");

describe("the kernel and the headless runner", () => {
  const out = mkdtempSync(join(tmpdir(), "same-"));
  after(() => rmSync(out, { recursive: true }));

  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ipynb"))) {
    test(`write the same outputs into ${name}`, async () => {
      const [headless, kernel] = await runTwice(join(folder, name), join(out, name));
      assert.deepEqual(kernel, headless);
    });
  }

  test("write the same outputs into the first notebook: figures, players, tables, progress", async () => {
    const project = join(out, "project");
    mkdirSync(project);
    const [headless, kernel] = await runTwice(smallFirstNotebook(project), join(out, "first.ipynb"));
    assert.deepEqual(comparable(kernel), comparable(headless));
    assert.equal(errorsOf(headless).join(), "");
  });
});

/** The outputs of a notebook's cells, without Jupyter and on the kernel. */
async function runTwice(
  path: string,
  to: string,
): Promise<[headless: SavedOutput[][], kernel: SavedOutput[][]]> {
  await runNotebook(path, to, { terminal: false });
  const headless = codeCells(to).map(({ outputs = [] }) => outputs);
  const kernel = await startKernelClient(dirname(path));
  try {
    return [headless, await runOnKernel(kernel, path)];
  } finally {
    await kernel.close();
  }
}

const errorsOf = (outputs: SavedOutput[][]) =>
  outputs.flat().flatMap((output) => (output.output_type === "error" ? [output.evalue] : []));

const codeCells = (path: string) =>
  readNotebook(path).cells.filter((cell) => cell.cell_type === "code" && sourceOf(cell).trim());

/** The outputs of each cell, as a front end would write them. */
async function runOnKernel(kernel: KernelClient, path: string): Promise<SavedOutput[][]> {
  const recorder = recordOutputs();
  const all: SavedOutput[][] = [];
  for (const cell of codeCells(path)) {
    const outputs = recorder.begin();
    const { published, reply } = await kernel.execute(sourceOf(cell));
    for (const { type, content } of published)
      if (type !== "execute_input")
        recorder.add(toOutput(type, content), reply.content.execution_count as number);
    all.push(outputs);
  }
  return all;
}

function toOutput(type: string, content: Record<string, unknown>): CellOutput {
  const { data, transient } = content as {
    data: Record<string, unknown>;
    transient?: { display_id?: string };
  };
  if (type === "execute_result") return { type: "result", data };
  if (type.endsWith("display_data"))
    return { type: "display", data, id: transient?.display_id, update: type.startsWith("update") };
  return { type, ...content } as CellOutput;
}
