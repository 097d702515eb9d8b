import { existsSync, realpathSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { writeAtomically } from "../../disk/writeAtomically";
import { readNotebook } from "../notebookFile";
import { notebookPage } from "../webpage/page";
import { type NotebookRun, type RunNotebookOptions, runNotebook } from "./runner";

export interface PageRun extends NotebookRun {
  /** the notebook with its outputs, and the same as one web page: absolute paths */
  executedPath: string;
  pagePath: string;
}

/**
 * Execute a notebook as `runNotebook` does, and leave it in a folder with its outputs, as a notebook and as one web page.
 * Both are written after a failure too, with what there was until then.
 * @throws Error when `path` is no notebook, or when the folder is the notebook's own: it would be written over
 */
export async function runToPage(
  path: string,
  folder: string,
  options: RunNotebookOptions = {},
): Promise<PageRun> {
  const name = basename(path, extname(path));
  const executedPath = resolve(folder, `${name}.ipynb`);
  const pagePath = resolve(folder, `${name}.html`);
  if (existsSync(executedPath) && realpathSync(executedPath) === realpathSync(path))
    throw new Error(`${folder}: expected another folder for the outputs than the notebook's own`);
  const run = await runNotebook(path, executedPath, options);
  writePage(executedPath, pagePath, path);
  return { ...run, executedPath, pagePath };
}

/**
 * Make one web page of an executed notebook.
 * @param origin the notebook from whose place relative links and images lead; itself, if it was not moved
 * @throws Error when `path` is no notebook
 */
export function writePage(path: string, pagePath: string, origin = path): void {
  writeAtomically(pagePath, notebookPage(readNotebook(path), resolve(origin), resolve(pagePath)));
}

/** A failed run in one line. */
export function describeFailure({ cells, error, pagePath }: PageRun): string {
  const { cell, ename, evalue } = error ?? { cell: cells, ename: "Error", evalue: "the notebook stopped" };
  return `cell ${cell} failed: ${ename}: ${evalue}; outputs up to there are in ${pagePath}`;
}
