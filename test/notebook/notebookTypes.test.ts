import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { readNotebook, sourceOf } from "../../lib/kernel/notebookFile";
import { consoleCells } from "./scenes/console";
import { figureCells } from "./scenes/figures";
import { listeningCells } from "./scenes/listening";
import { pickerCells } from "./scenes/picker";
import { complaints } from "./typeCheck";

const repository = resolve(__dirname, "../..");
/** The one that checks the project, and the one that compiles cells. */
const compilers = ["typescript-native", "typescript"];

/** All cells of a notebook as one file, each under a line that says which it is. */
function program(path: string): string {
  const cells = readNotebook(path).cells.filter((cell) => cell.cell_type === "code");
  return cells.map((cell, i) => `// cell ${i + 1}\n${sourceOf(cell)}\n`).join("");
}

describe("notebooks against the library as it is", () => {
  for (const compiler of compilers) {
    test(`every cell of every notebook compiles with ${compiler}, as strictly as the library's own files`, () => {
      const paths = readdirSync(join(repository, "notebooks"))
        .filter((name) => name.endsWith(".ipynb"))
        .map((name) => join(repository, "notebooks", name));
      assert.ok(paths.length > 0);
      const programs = Object.fromEntries(paths.map((path) => [basename(path, ".ipynb"), program(path)]));
      assert.equal(complaints(compiler, programs), "");
    });
  }

  test("the cells that are run in JupyterLab's tests compile too", () => {
    const whole = (cells: string[]) => `${cells.join("\n")}\nexport {};\n`;
    const programs = {
      play: whole([...consoleCells, ...listeningCells]),
      pick: whole(pickerCells),
      figures: whole(figureCells),
    };
    assert.equal(complaints(compilers[0], programs), "");
  });

  test("a name that the library does not have, and a value of the wrong type, are found", () => {
    const text =
      'import { bandPairs, noSuchName } from "../lib";\nconst pairs = await bandPairs({ trait: "violin", count: 1 });\npairs.length\n';
    const found = complaints(compilers[0], { wrong: text });
    assert.match(found, /wrong\.ts\(1,\d+\): error TS2305: .*noSuchName/);
    assert.match(found, /wrong\.ts\(2,\d+\): error TS2322: .*"violin"/);
  });
});
