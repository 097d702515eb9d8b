import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { lightInGit } from "../../lib/jupyter/lightInGit";
import type { NotebookFile } from "../../lib/kernel/notebookFile";
import { layOut } from "../../lib/kernel/notebookFormat";

const root = resolve(__dirname, "../..");
let clone: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-C", clone, "-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "clone-"));
  git("init", "-q");
  for (const name of ["experiments", "lib", "node_modules", "package.json", "tsconfig.json"])
    symlinkSync(join(root, name), join(clone, name));
  writeFileSync(join(clone, ".gitattributes"), readFileSync(join(root, ".gitattributes")));
  mkdirSync(join(clone, "notebooks"));
  git("add", ".gitattributes");
});
afterEach(() => rmSync(clone, { recursive: true }));

const notebook = "notebooks/02-probe-grids.ipynb";

test("a tracked notebook with heavy outputs is unchanged for git, and keeps them in its file", () => {
  const light = readFileSync(join(root, notebook), "utf8");
  writeFileSync(join(clone, notebook), light);
  git("add", "notebooks");
  git("commit", "-qm", "all");
  assert.equal(lightInGit(clone), true);
  assert.equal(lightInGit(clone), false, "it is there already");
  const heavy = JSON.parse(light) as NotebookFile;
  const script = `<script>${"x".repeat(2_000_000)}</script>`;
  heavy.cells
    .find(({ cell_type }) => cell_type === "code")!
    .outputs!.push({
      output_type: "display_data",
      data: { "text/html": script, "text/plain": "" },
      metadata: {},
    });
  heavy.cells[0].metadata = { collapsed: false };
  writeFileSync(join(clone, notebook), layOut(heavy));
  assert.equal(git("diff", "--stat"), "");
  git("add", "notebooks");
  assert.equal(git("status", "--porcelain", "notebooks"), "");
  assert.match(readFileSync(join(clone, notebook), "utf8"), /xxx<\/script>/);
  assert.equal(git("show", `:${notebook}`), light);
});

test("somebody's own setting stays, and where there is no clone there is nothing to set", () => {
  git("config", "filter.notebook-outputs.clean", "cat");
  assert.equal(lightInGit(clone), false);
  assert.equal(git("config", "filter.notebook-outputs.clean"), "cat\n");
  assert.equal(lightInGit(tmpdir()), false);
});
