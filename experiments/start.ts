import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { packagePath } from "../lib/disk/packageRoot";
import { startBackend } from "../lib/engine";
import { modelsFolder } from "../lib/hub/loadModel";
import "../lib/native/engine";
import { describeFailure, runToPage } from "../lib/kernel/headless/runToPage";

/*
 * `npm start`, the main job: the first notebook from its first cell to its last, on the bundled model, without Jupyter;
 * then where to find what it made, and last the page to open.
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
  const run = await runToPage(notebook, folder, { timeoutSeconds: 1800 });
  if (!run.ok) throw new Error(describeFailure(run));
  console.log(`\n${run.cells} cells in ${run.seconds.toFixed(0)} s. It made:`);
  for (const path of [...filesOf(folder), join(root, "data/probes/piano.json")]) {
    console.log(
      `  ${relative(root, path).padEnd(44)} ${(statSync(path).size / 1024).toFixed(0).padStart(6)} kB`,
    );
  }
  console.log("\nThe whole notebook as one page, with its figures and players. It opens in any browser:");
  console.log(run.pagePath);
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
