import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { after, describe, it } from "node:test";
import { readNotebook, sourceOf } from "../../lib/kernel/notebookFile";

const repository = resolve(__dirname, "../..");
/** The project's own, and the older one that compiles cells. */
const compilers = ["typescript", "@tslab/typescript-for-tslab"];

/** All cells of a notebook as one file, each under a line that says which it is. */
function program(path: string): string {
  const cells = readNotebook(path).cells.filter((cell) => cell.cell_type === "code");
  return cells.map((cell, i) => `// cell ${i + 1}\n${sourceOf(cell)}\n`).join("");
}

describe("notebooks against the library as it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "notebook-types-"));
  after(() => rmSync(folder, { recursive: true }));

  /** What the compiler says of programs by name that stand where notebooks do, under the project's tsconfig.json. */
  function complaints(compiler: string, programs: Record<string, string>): string {
    const project = mkdtempSync(join(folder, "project-"));
    mkdirSync(join(project, "notebooks"));
    for (const name of ["lib", "experiments", "node_modules", "package.json"])
      symlinkSync(join(repository, name), join(project, name));
    for (const [name, text] of Object.entries(programs))
      writeFileSync(join(project, "notebooks", `${name}.ts`), text);
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ extends: join(repository, "tsconfig.json"), include: ["notebooks"] }),
    );
    const tsc = join(repository, "node_modules", compiler, "bin/tsc");
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", project, "--pretty", "false"]);
    return `${stdout}${stderr}`;
  }

  for (const compiler of compilers) {
    it(`every cell of every notebook compiles with ${compiler}, as strictly as the library's own files`, () => {
      const paths = readdirSync(join(repository, "notebooks"))
        .filter((name) => name.endsWith(".ipynb"))
        .map((name) => join(repository, "notebooks", name));
      assert.ok(paths.length > 0);
      const programs = Object.fromEntries(paths.map((path) => [basename(path, ".ipynb"), program(path)]));
      assert.equal(complaints(compiler, programs), "");
    });
  }

  it("a name that the library does not have, and a value of the wrong type, are found", () => {
    const text =
      'import { bandPairs, noSuchName } from "../lib";\nconst pairs = await bandPairs({ trait: "violin", count: 1 });\npairs.length\n';
    const found = complaints(compilers[0], { wrong: text });
    assert.match(found, /wrong\.ts\(1,\d+\): error TS2305: .*noSuchName/);
    assert.match(found, /wrong\.ts\(2,\d+\): error TS2322: .*"violin"/);
  });
});
