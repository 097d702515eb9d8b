import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeWhole } from "../../lib/disk/makeWhole";

const folder = mkdtempSync(join(tmpdir(), "smitin-whole-"));
after(() => rmSync(folder, { recursive: true }));
const at = join(folder, "native");
const content = () => readFileSync(join(at, "engine"), "utf8");
const writing = (text: string) => (place: string) => writeFileSync(join(place, "engine"), text);
const failing = () => {
  throw new Error("no compiler");
};

test("a folder that cannot be made, or is of no use, leaves what was there, and nothing beside it", () => {
  assert.throws(() => makeWhole(at, failing, assert.fail), /no compiler/);
  assert.throws(() => makeWhole(at, writing("useless"), failing), /no compiler/);
  assert.deepEqual(readdirSync(folder), []);
  makeWhole(at, writing("first"), () => assert.equal(content(), "first"));
  assert.throws(() => makeWhole(at, failing, assert.fail), /no compiler/);
  assert.throws(() => makeWhole(at, writing("useless"), failing), /no compiler/);
  assert.equal(content(), "first");
  makeWhole(at, writing("second"), () => assert.equal(content(), "second"));
  assert.deepEqual(readdirSync(folder), ["native"]);
});

test("what a run that was killed left is cleared away; what it had not finished checking is not trusted", () => {
  for (const name of ["native.new", "native.before"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "engine"), name);
  }
  assert.throws(() => makeWhole(at, failing, assert.fail), /no compiler/);
  assert.equal(content(), "native.before");
  assert.deepEqual(readdirSync(folder), ["native"]);
});
