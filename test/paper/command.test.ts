import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const root = join(__dirname, "../..");

test("the command line names what it cannot do, with exit code 1, before any work", () => {
  const unknown = reproduce("nonsense");
  assert.match(unknown.stderr, /^reproduce: experiment: expected one of probe-grids, .*found "nonsense"\n$/);
  assert.equal(unknown.status, 1);
  const missing = reproduce("ratings", "no-such-file.json", "--key", join(root, "package.json"));
  assert.match(missing.stderr, /package.json: kind: expected "smitin-listening-key"/);
  assert.equal(missing.status, 1);
});

test("the experiments by name", () => {
  const { stdout, status } = reproduce("list");
  assert.equal(status, 0);
  assert.match(stdout, /^probe-grids .*\nhead-views .*\n/);
});

function reproduce(...words: string[]) {
  const command = ["--import", "tsx", join(root, "experiments/paper/index.ts"), ...words];
  return spawnSync(process.execPath, command, { encoding: "utf8", cwd: root });
}
