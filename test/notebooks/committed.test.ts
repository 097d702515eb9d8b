import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { transformSync } from "esbuild";
import { lighten, lightLimit } from "../../experiments/maintain/notebooks/light";
import { readNotebook, sourceOf } from "../../lib/kernel/notebookFile";
import { layOut } from "../../lib/kernel/notebookFormat";

const folder = join(__dirname, "../../notebooks");
const renew = "npm run notebooks -- NAME renews it";

describe("the notebooks as they are committed", () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ipynb"))) {
    const path = join(folder, name);
    const text = readFileSync(path, "utf8");
    const notebook = readNotebook(path);
    const cells = notebook.cells.filter((cell) => cell.cell_type === "code");

    it(`${name} is light, and as Jupyter writes it`, async () => {
      assert.ok(Buffer.byteLength(text) <= lightLimit, `${text.length} bytes; ${renew}`);
      assert.doesNotMatch(text, /data:audio|<script|smitin-progress|vnd\.jupyter\.widget/);
      assert.ok(layOut(notebook) === text, renew);
      assert.ok(layOut(await lighten(notebook)) === text, `${renew}, or its outputs alone with --light`);
    });

    it(`${name} has run from its first cell to its last, and shows what its cells show`, () => {
      for (const [i, cell] of cells.entries()) {
        assert.equal(cell.execution_count, i + 1, renew);
        const outputs = cell.outputs ?? [];
        assert.ok(!outputs.some(({ output_type }) => output_type === "error"), renew);
        if (showsSomething(sourceOf(cell)))
          assert.ok(outputs.length > 0, `cell ${i + 1} shows nothing; ${renew}`);
      }
    });

    it(`${name}'s cells are TypeScript`, () => {
      for (const cell of cells) transformSync(sourceOf(cell), { loader: "ts", format: "esm" });
    });
  }
});

/** Does a cell end in a value, or call what shows one? */
function showsSomething(source: string): boolean {
  const last = source.trimEnd().split("\n").at(-1)!;
  return !/[;{}]$/.test(last) || /\b(display|listen|showOutcome)\(/.test(source);
}
