import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { packagePath } from "../../lib/disk/packageRoot";
import { runNotebook } from "../../lib/kernel/headless/runner";
import { readNotebook } from "../../lib/kernel/notebookFile";

const project = mkdtempSync(join(tmpdir(), "readme-"));
after(() => rmSync(project, { recursive: true }));

test("the first page's ten lines run as they stand: a grid, a take to hear, its trace", async () => {
  const [, code] = readFileSync(packagePath("README.md"), "utf8").match(/```ts\n([\s\S]*?)```/) ?? [];
  assert.ok(code, "expected a piece of TypeScript in README.md");
  for (const name of ["lib", "node_modules", "package.json", "tsconfig.json"])
    symlinkSync(packagePath(name), join(project, name));
  mkdirSync(join(project, "notebooks"));
  const path = join(project, "notebooks/readme.ipynb");
  const cell = {
    cell_type: "code",
    id: "readme",
    metadata: {},
    source: code,
    outputs: [],
    execution_count: null,
  };
  writeFileSync(path, JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  const run = await runNotebook(path, path, { terminal: false });
  assert.deepEqual(run.error, undefined);
  const outputs = readNotebook(path).cells[0].outputs!.filter((output) => "data" in output);
  const html = outputs.map((output) =>
    String((output as { data: Record<string, unknown> }).data["text/html"] ?? ""),
  );
  assert.deepEqual(
    [
      /Probe accuracy of every head: drums/,
      /audio\/wav|data:audio/,
      /What the monitor for drums saw|C\(t\)/,
    ].map((mark) => html.some((text) => mark.test(text))),
    [true, true, true],
  );
});
