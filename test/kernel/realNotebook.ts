import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { readNotebook, type SavedOutput, sourceOf, writeNotebook } from "../../lib/kernel/notebookFile";

const root = resolve(__dirname, "../..");

/** What the first notebook does with hundreds of clips and seconds of music, in a size that takes seconds. */
const smaller: [found: RegExp, small: string][] = [
  [/\b200\b/g, "6"],
  [/\bseconds: [356]\b/g, "seconds: 2"],
  [/\bcount: 24\b/, "count: 1"],
  [/\balpha: \[5, 10, 20\]/, "alpha: [5]"],
];

/**
 * The first notebook, made smaller, in a project of its own below `folder`, where it may write.
 * @throws Error when the notebook no longer has what is made smaller
 */
export function smallFirstNotebook(folder: string): string {
  for (const name of ["lib", "experiments", "node_modules", "package.json", "tsconfig.json"])
    symlinkSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, "notebooks"));
  const notebook = readNotebook(join(root, "notebooks/01-inside-and-steering.ipynb"));
  const all = notebook.cells.map(sourceOf).join("\n");
  for (const [found] of smaller)
    if (!new RegExp(found).test(all)) throw new Error(`expected ${found} in the first notebook, found none`);
  for (const cell of notebook.cells)
    if (cell.cell_type === "code")
      cell.source = smaller.reduce((code, [found, small]) => code.replace(found, small), sourceOf(cell));
  const path = join(folder, "notebooks/first.ipynb");
  writeNotebook(path, notebook);
  return path;
}

/** Outputs without what is another at every run: the names of elements, and how long something took. */
export function comparable(outputs: SavedOutput[][]): unknown {
  const text = JSON.stringify(outputs)
    .replaceAll(/[0-9a-z]{8,}-\d+(?=\\"|")/g, "ID")
    .replaceAll(/, \d+(\.\d+)? s( left)?\b/g, ", TIME");
  return JSON.parse(text);
}
