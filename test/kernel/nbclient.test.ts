import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { installKernel } from "../../lib/kernel/kernelSpec";
import type { NotebookFile, SavedOutput } from "../../lib/kernel/notebookFile";
import { runNotebook } from "../../lib/kernel/runner";

const small = join(__dirname, "notebooks/small.ipynb");
const script = `
import sys, nbformat
from nbclient import NotebookClient
source, target, headless = sys.argv[1:]
notebook = nbformat.read(source, 4)
NotebookClient(notebook, timeout=60, resources={"metadata": {"path": sys.argv[1].rpartition("/")[0]}}).execute()
nbformat.write(notebook, target)
nbformat.validate(nbformat.read(headless, 4))
`;
const python = [process.env.SMITIN_PYTHON, "python3", "python"].find(
  (command) => command && spawnSync(command, ["-c", "import nbclient, nbformat"]).status === 0,
);
const skip = python ? false : "no Python with nbclient (set SMITIN_PYTHON)";

it("Jupyter's own client gets from the kernel what the headless runner writes", { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "nbclient-"));
  const target = join(folder, "jupyter.ipynb");
  const headless = join(folder, "headless.ipynb");
  installKernel(folder);
  await runNotebook(small, headless, { terminal: false });
  const { status, stderr } = spawnSync(python!, ["-c", script, small, target, headless], {
    env: { ...process.env, JUPYTER_PATH: join(folder, "share/jupyter") },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  assert.deepEqual(outputs(target), outputs(headless));
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
