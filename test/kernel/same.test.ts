import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readNotebook, type SavedOutput, sourceOf } from "../../lib/kernel/notebookFile";
import type { CellOutput } from "../../lib/kernel/outputQueue";
import { recordOutputs } from "../../lib/kernel/outputs";
import { runNotebook } from "../../lib/kernel/runner";
import { type KernelClient, startKernelClient } from "./client";

const folder = join(__dirname, "notebooks");

describe("the kernel and the headless runner", () => {
  const out = mkdtempSync(join(tmpdir(), "same-"));
  after(() => rmSync(out, { recursive: true }));

  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ipynb"))) {
    it(`write the same outputs into ${name}`, async () => {
      const headless = join(out, name);
      await runNotebook(join(folder, name), headless, { terminal: false });
      const expected = codeCells(headless).map((cell) => cell.outputs);
      const kernel = await startKernelClient(folder);
      try {
        assert.deepEqual(await runOnKernel(kernel, join(folder, name)), expected);
      } finally {
        await kernel.close();
      }
    });
  }
});

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
