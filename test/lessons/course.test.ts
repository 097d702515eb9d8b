import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { runNotebook } from "../../lib/kernel/headless/runner";
import {
  type NotebookFile,
  readNotebook,
  sourceOf,
  textOf,
  writeNotebook,
} from "../../lib/kernel/notebookFile";

/* The course's chapters: as they are kept, with every exercise open, and with the solutions in place. */
const repository = resolve(__dirname, "../..");
const folder = join(repository, "notebooks");
const chapters = readdirSync(folder).filter((name) => /^course-\d+-.*\.ipynb$/.test(name));
const scratch = mkdtempSync(join(tmpdir(), "course-"));
after(() => rmSync(scratch, { recursive: true }));
mkdirSync(join(scratch, "notebooks"));
for (const name of ["lib", "node_modules", "tsconfig.json", "package.json", "data"])
  symlinkSync(join(repository, name), join(scratch, name));

const isExercise = ({ metadata }: NotebookFile["cells"][number]) =>
  Array.isArray(metadata.tags) && metadata.tags.includes("exercise");

/** A cell's exercise with the solution that is folded below it. */
function solved(notebook: NotebookFile): NotebookFile {
  for (const [i, cell] of notebook.cells.entries()) {
    if (!isExercise(cell)) continue;
    const below = notebook.cells[i + 1] ? sourceOf(notebook.cells[i + 1]) : "";
    const [, solution] = /<summary>Solution<\/summary>\s*```ts\n([\s\S]*?)\n```/.exec(below) ?? [];
    assert.ok(solution, `cell ${i + 1}: expected a hint and a solution below it`);
    assert.match(below, /<summary>Hint<\/summary>/, `cell ${i + 1}`);
    cell.source = solution;
  }
  return notebook;
}

/** What the cells of exercises show as text. */
const answers = ({ cells }: NotebookFile) =>
  cells
    .filter(isExercise)
    .map(({ outputs = [] }) =>
      outputs.map((output) => ("data" in output ? textOf(output.data["text/plain"] as string) : "")).join(""),
    );

for (const name of chapters) {
  test(`${name}: as it is kept, every exercise waits with one message, and all cells have run`, () => {
    const kept = readNotebook(join(folder, name));
    const said = answers(kept);
    assert.ok(said.length >= 2, "two or three things are built by hand");
    for (const text of said) assert.match(text, /^\[\d+\.\d \w+\] Not done yet: the gap wants /);
  });

  test(`${name}: with the solutions in place it runs to its end, every answer right, in under 4 minutes`, async () => {
    const path = join(scratch, "notebooks", name);
    writeNotebook(path, solved(readNotebook(join(folder, name))));
    const run = await runNotebook(path, path, { terminal: false });
    assert.deepEqual(run.error, undefined);
    assert.ok(run.seconds < 240, `${run.seconds} s`);
    for (const text of answers(readNotebook(path))) assert.match(text, /^\[\d+\.\d \w+\] Right\./);
  });
}
