import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

function run(batch: number, peers: number): { size: number; heard: number[][] } {
  const out = execFileSync(
    process.execPath,
    ["--import", "tsx", join(__dirname, "peersRun.ts"), String(batch)],
    { encoding: "utf8", env: { ...process.env, SMITIN_TRAIN_PEERS: String(peers) } },
  );
  return JSON.parse(out);
}

test("processes that train together hear each other's values, round after round", () => {
  const { size, heard } = run(8, 2);
  assert.equal(size, 2);
  const rounds = [0, 1, 2].flatMap((round) => [
    [0.5, round],
    [0.5, round, 1.5, round],
  ]);
  assert.deepEqual(heard, rounds);
});

test("a batch that cannot be shared equally is trained by fewer processes", () => {
  assert.equal(run(3, 2).size, 1);
});
