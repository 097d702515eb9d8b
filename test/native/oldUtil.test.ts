import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import util from "node:util";
import { keepOldUtil } from "../../lib/native/oldUtil";

test("a package that was written for an older Node.js has its functions, and nobody else", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "old-util-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "kernels"));
  const code = `"use strict";\nvar util_1 = require("util");\nmodule.exports = util_1;\n`;
  for (const name of ["backend.js", "kernels/TopK.js"]) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, "other.js"), "module.exports = 1;\n");
  keepOldUtil(folder);
  for (const name of ["backend.js", "kernels/TopK.js"]) {
    const found = require(join(folder, name));
    assert.notEqual(found, util);
    assert.ok(Object.hasOwn(found, "isNullOrUndefined"));
    assert.deepEqual(
      [null, undefined, 0, ""].map((value) => found.isNullOrUndefined(value)),
      [true, true, false, false],
    );
    assert.ok(found.isArray([]) && !found.isArray({}));
    assert.equal(found.promisify, util.promisify);
  }
  assert.equal(require(join(folder, "other.js")), 1);
});

test("a package that has nothing to mend is another one than expected", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "old-util-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "index.js"), "module.exports = 1;\n");
  assert.throws(() => keepOldUtil(folder), /expected files with require\("util"\), found none/);
});
