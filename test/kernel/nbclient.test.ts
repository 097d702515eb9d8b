import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runNotebook } from "../../lib/kernel/headless/runner";
import { installKernel } from "../../lib/kernel/kernelSpec";
import type { NotebookFile, SavedOutput } from "../../lib/kernel/notebookFile";
import { pythonWith, runPython } from "./python";

const small = join(__dirname, "notebooks/small.ipynb");
const script = `
import sys, nbformat
from nbclient import NotebookClient
source, target, headless = sys.argv[1:]
notebook = nbformat.read(source, 4)
NotebookClient(notebook, timeout=60, resources={"metadata": {"path": sys.argv[1].rpartition("/")[0]}}).execute()
nbformat.write(notebook, target)
again = nbformat.read(headless, 4)
nbformat.validate(again)
nbformat.write(again, headless + ".again")
`;
const python = pythonWith("nbclient", "nbformat");
const skip = python ? false : "no Python with nbclient (set SMITIN_PYTHON)";

test("Jupyter's own client gets from the kernel what the headless runner writes", { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "nbclient-"));
  const target = join(folder, "jupyter.ipynb");
  const headless = join(folder, "headless.ipynb");
  installKernel({ prefix: folder });
  await runNotebook(small, headless, { terminal: false });
  const { status, output } = await runPython(
    python!,
    ["-c", script, small, target, headless],
    join(folder, "share/jupyter"),
  );
  assert.equal(status, 0, output);
  assert.deepEqual(outputs(target), outputs(headless));
  const [ours, theirs] = [headless, `${headless}.again`].map((path) => readFileSync(path, "utf8"));
  assert.equal(ours, theirs, "a notebook that Jupyter saves again stays as it is");
  rmSync(folder, { recursive: true });
});

/** The outputs of every cell; printed text in one piece, as a terminal leaves it. */
function outputs(path: string) {
  const { cells } = JSON.parse(readFileSync(path, "utf8"), joined) as NotebookFile;
  return cells.map((cell) => {
    const whole: SavedOutput[] = [];
    for (const output of cell.outputs ?? []) {
      const last = whole.at(-1);
      if (output.output_type !== "stream" || last?.output_type !== "stream" || last.name !== output.name)
        whole.push(output);
      else last.text += output.text;
    }
    for (const output of whole) {
      if (output.output_type === "stream") output.text = output.text.replace(/^.*\r(?!\n)/gm, "");
    }
    return whole;
  });
}

/** Text that nbformat has split into lines, whole again. */
function joined(key: string, value: unknown): unknown {
  return (key === "text" || key.includes("/")) && Array.isArray(value) ? value.join("") : value;
}
