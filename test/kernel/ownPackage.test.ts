import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runNotebook } from "../../lib/kernel/headless/runner";

const root = join(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "smitin-own-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function shown(lines: string[]): Promise<string> {
  const last = {
    cell_type: "code",
    id: "a",
    metadata: {},
    outputs: [],
    execution_count: null,
    source: lines.join("\n"),
  };
  const path = join(folder, "a.ipynb");
  writeFileSync(path, JSON.stringify({ cells: [last], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  const { ok, error } = await runNotebook(path, path, {});
  assert.ok(ok, JSON.stringify(error));
  const [{ data }] = JSON.parse(readFileSync(path, "utf8")).cells[0].outputs;
  return [data["text/plain"]].flat().join("");
}

test("smitin-lab in a cell is the lab itself, wherever the notebook lies", async () => {
  const lines = [
    'import { type Audio, random } from "smitin-lab";',
    'import { headPicker } from "smitin-lab/widgets";',
    'import { DataFrame } from "smitin-lab/tables";',
    `import * as lib from ${JSON.stringify(join(root, "lib"))};`,
    "const audio: Audio | undefined = undefined;",
    "[random === lib.random, headPicker === lib.headPicker, new DataFrame({ a: [1] }).shape, audio]",
  ];
  assert.equal(await shown(lines), "[ true, true, [ 1, 1 ], undefined ]");
});
