import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { standIn } from "../../lib/native/standIn";

test("a binding far from the lab finds the lab's TensorFlow.js under both of its names", () => {
  const folder = mkdtempSync(join(tmpdir(), "native-"));
  const key = Symbol.for("smitin.tensorflow");
  const holder = globalThis as { [key]?: unknown };
  const before = holder[key];
  try {
    const scope = join(folder, "node_modules/@tensorflow");
    mkdirSync(scope, { recursive: true });
    standIn(scope, "4.22.0");
    holder[key] = { isOurs: true };
    const require = createRequire(join(folder, "index.js"));
    for (const name of ["@tensorflow/tfjs", "@tensorflow/tfjs-core"])
      assert.equal(require(name), holder[key], name);
  } finally {
    holder[key] = before;
    rmSync(folder, { recursive: true });
  }
});
