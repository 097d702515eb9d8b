import assert from "node:assert/strict";
import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { readNotebook, sourceOf } from "../../lib/kernel/notebookFile";
import { errorsOf, type Lab, noLab, repository, startLab } from "./lab";

const folder = join(repository, "notebooks");
const asked = process.env.SMITIN_NOTEBOOKS ?? "";
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb") && name.includes(asked));
const skip =
  noLab || (asked ? false : "takes long: SMITIN_NOTEBOOKS=90 runs the one of that number, =.ipynb all");

/** A notebook's cells, for a folder outside of the repository. */
function cellsOf(name: string): string[] {
  const code = readNotebook(join(folder, name)).cells.filter((cell) => cell.cell_type === "code");
  return code.map((cell) => sourceOf(cell).replaceAll(/"\.\.\/(?=lib|experiments)/g, `"${repository}/`));
}

describe("our notebooks in JupyterLab", { skip }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab(Object.fromEntries(names.map((name) => [name, cellsOf(name)])));
    for (const name of ["node_modules", "tsconfig.json"]) // packages that cells import, and how strict cells are
      symlinkSync(join(repository, name), join(lab.folder, name));
  });
  after(() => lab?.stop());

  for (const name of names) {
    test(`${name} runs to its end without an error`, async () => {
      await lab.open(name);
      const end = lab.run();
      if (cellsOf(name).some((source) => source.includes("await picker.selection")))
        await lab.page.click('.smitin-lab button[title^="hand the selected"]', { seconds: 3600 });
      await end;
      await lab.picture(name);
      assert.deepEqual(errorsOf(await lab.saved()), []);
    });
  }
});
