import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { Command } from "commander";
import { packagePath } from "../../../lib/disk/packageRoot";
import { runNotebook } from "../../../lib/kernel/headless/runner";
import { readNotebook, writeNotebook } from "../../../lib/kernel/notebookFile";
import { layOut } from "../../../lib/kernel/notebookFormat";
import { parseNotebook } from "../../../lib/kernel/parseNotebook";
import { lighten, lightest } from "./light";

/*
 * `npm run notebooks`: the notebooks with light outputs, as they are committed. Each is run without Jupyter and stored in its
 * place; `--light` runs nothing, and makes light what somebody has run and saved in Jupyter. `--filter` is for git, which so sees
 * notebooks light while their files keep all they show (`npm run lab` sets it up).
 */
const folder = packagePath("notebooks");

async function main(
  names: string[],
  { light, filter: isFilter }: { light?: boolean; filter?: boolean },
): Promise<void> {
  if (isFilter) return filter();
  for (const path of chosen(names)) {
    if (light) await keep(path, path);
    else await renew(path);
  }
}

/** From stdin to stdout. A file that is being merged may be no notebook: git then keeps it as it is. */
async function filter(): Promise<void> {
  process.stdout.write(layOut(await lightest(parseNotebook(readFileSync(0, "utf8"), "stdin"))));
}

/** Notebooks whose names begin with one of these, or all. */
function chosen(names: string[]): string[] {
  const all = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  const wanted = names.map((name) => basename(name));
  const wrong = wanted.find((start) => !all.some((name) => name.startsWith(start)));
  if (wrong !== undefined)
    throw new Error(
      `${wrong}: expected the beginning of a notebook's name, such as 01; there are ${all.join(", ")}`,
    );
  const isWanted = (name: string) => wanted.length === 0 || wanted.some((start) => name.startsWith(start));
  return all.filter(isWanted).map((name) => join(folder, name));
}

async function renew(path: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "notebook-"));
  const executed = join(scratch, basename(path));
  try {
    const { error, seconds } = await runNotebook(path, executed);
    if (error) throw new Error(`${path}: cell ${error.cell} failed: ${error.ename}: ${error.evalue}`);
    console.log(`${basename(path)}: ${seconds.toFixed(0)} s`);
    await keep(executed, path);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Store a notebook with its outputs made light. */
async function keep(executed: string, path: string): Promise<void> {
  try {
    writeNotebook(path, await lighten(readNotebook(executed)));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
  console.log(`${relative(packagePath(), path)}: ${(statSync(path).size / 1000).toFixed(0)} kB`);
}

new Command("npm run notebooks --")
  .description("run the notebooks and store them with light outputs")
  .argument("[names...]", "those whose names begin so, such as 01 (default: all)")
  .option("--light", "run nothing: make light the outputs that are there, such as after a run in Jupyter")
  .option("--filter", "read a notebook from stdin and write it light to stdout, as git's filter does")
  .action(main)
  .parseAsync()
  .catch((error: Error) => {
    console.error(`npm run notebooks: ${error.message}`);
    process.exitCode = 1;
  });
