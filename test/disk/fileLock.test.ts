import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { withLock } from "../../lib/disk/fileLock";

const folder = mkdtempSync(join(tmpdir(), "smitin-lock-"));
const at = (name: string) => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

/** Counts up a number in a file, `times` times, as a process of its own that reads, waits and writes. */
async function count(times: number): Promise<void> {
  const code = `
    const { readFileSync, writeFileSync } = require("node:fs");
    const { withLock } = require("${join(__dirname, "../../lib/disk/fileLock")}");
    for (let i = 0; i < ${times}; i++) withLock("${at("lock")}", () => {
      const before = Number(readFileSync("${at("count")}", "utf8"));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      writeFileSync("${at("count")}", String(before + 1));
    });`;
  const child = spawn(process.execPath, ["--import", "tsx", "-e", code], { stdio: "inherit" });
  assert.deepEqual(await once(child, "exit"), [0, null]);
}

test("what several processes do under a lock they do one after another", async () => {
  writeFileSync(at("count"), "0");
  await Promise.all([count(40), count(40), count(40)]);
  assert.equal(readFileSync(at("count"), "utf8"), "120");
  assert.deepEqual(readdirSync(folder), ["count"]);
});

test("a lock that a killed process left, even before it wrote a word, is broken after a while, not before", () => {
  for (const left of ["somebody", ""]) {
    writeFileSync(at("old"), left);
    const begin = Date.now();
    assert.equal(
      withLock(at("old"), () => existsSync(at("old")), { lostAfter: 300 }),
      true,
    );
    assert.ok(Date.now() - begin >= 300);
    assert.ok(!existsSync(at("old")));
  }
});

test("what is thrown under a lock is thrown, and frees it; a folder that is not there is said", () => {
  assert.throws(() => withLock(at("lock"), () => assert.fail("inside")), /inside/);
  assert.equal(
    withLock(at("lock"), () => 3),
    3,
  );
  assert.throws(() => withLock(at("none/lock"), () => 3), /ENOENT/);
});
