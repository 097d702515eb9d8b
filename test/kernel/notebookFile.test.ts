import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readNotebook } from "../../lib/kernel/notebookFile";

test("a notebook whose cells are not as the format has them is refused by the cell and what is wrong with it", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-notebook-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "x.ipynb");
  const good = { cell_type: "code", metadata: {}, source: ["1 +", " 1"], outputs: [] };
  const read = (cell: unknown) => {
    writeFileSync(
      path,
      JSON.stringify({ cells: [good, cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
    return readNotebook(path);
  };
  assert.equal(read({ cell_type: "markdown", source: "text" }).cells.length, 2);
  const cases: [unknown, RegExp][] = [
    [null, /found cell 1 of type undefined/],
    [{ ...good, source: undefined }, /found cell 1 with a source that is no text/],
    [{ ...good, source: [1] }, /found cell 1 with a source that is no text/],
    [{ ...good, metadata: [] }, /found cell 1 with metadata that are no object/],
    [{ ...good, outputs: {} }, /found cell 1 with outputs that are no list of outputs/],
    [{ ...good, outputs: [null] }, /found cell 1 with outputs that are no list of outputs/],
    [{ ...good, outputs: [{ output_type: "display_data", data: null }] }, /found cell 1 with outputs/],
  ];
  for (const [cell, message] of cases)
    assert.throws(
      () => read(cell),
      (error: Error) =>
        error.message.startsWith(`${path}: expected a Jupyter notebook`) && message.test(error.message),
    );
});
