import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { packagePath } from "../lib/disk/packageRoot";
import { startBackend } from "../lib/engine";
import { modelsFolder } from "../lib/hub/loadModel";
import "../lib/native/engine";
import { runNotebook } from "../lib/kernel/headless/runner";

/*
 * `npm start`, the main job: the first notebook from its first cell to its last, on the bundled model, without Jupyter;
 * then where to find what it made.
 */
const root = packagePath();
const notebook = join(root, "notebooks/01-inside-and-steering.ipynb");
const folder = join(root, "figures/01");

async function main(): Promise<void> {
  const engine = await startBackend();
  for (const needed of ["studio/model.safetensors", "judge/judge.bin"]) {
    if (!existsSync(join(modelsFolder, needed)))
      throw new Error(
        `${join(modelsFolder, needed)}: expected the bundled model's file, found nothing there`,
      );
  }
  console.log(`${relative(root, notebook)} on ${engine}`);
  const executed = join(folder, "01-inside-and-steering.ipynb");
  const run = await runNotebook(notebook, executed, { timeoutSeconds: 1800 });
  if (!run.ok) {
    const { cell, ename, evalue } = run.error ?? {
      cell: run.cells,
      ename: "Error",
      evalue: "the notebook stopped",
    };
    throw new Error(`cell ${cell} failed: ${ename}: ${evalue}; outputs up to there are in ${executed}`);
  }
  console.log(`\n${run.cells} cells in ${run.seconds.toFixed(0)} s. It made:`);
  for (const path of [...filesOf(folder), join(root, "data/probes/piano.json")]) {
    console.log(
      `  ${relative(root, path).padEnd(44)} ${(statSync(path).size / 1024).toFixed(0).padStart(6)} kB`,
    );
  }
  console.log("Open the notebook in Jupyter, the .html figures in a browser.");
}

function filesOf(path: string): string[] {
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name));
}

main().catch((error: Error) => {
  console.error(`npm start: ${error.message}`);
  process.exitCode = 1;
});
