import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isNativeLinked } from "../../lib/native/engine";

const skip = !isNativeLinked() && "the native engine is not installed (`npm run native`)";
/** It asks what the wasm engine has room for. */
const wasmOnly = ["load.test.ts"];

test("every test of model, probes, steering and judges passes on the native engine too", { skip }, () => {
  const folders = ["model", "probes", "steering", "judges"].map((name) => join(__dirname, "..", name));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".test.ts") && !wasmOnly.includes(name))
      .map((name) => join(folder, name)),
  );
  files.push(join(__dirname, "linear.test.ts"));
  const env: NodeJS.ProcessEnv = { ...process.env, SMITIN_BACKEND: "node" };
  delete env.NODE_TEST_CONTEXT; // a run of its own
  const native = join(__dirname, "../../lib/native/engine.ts");
  const words = [
    "--import",
    "tsx",
    "--import",
    native,
    "--test",
    "--test-concurrency=2",
    "--test-reporter=tap",
  ];
  const { status, stdout } = spawnSync(process.execPath, [...words, ...files], { encoding: "utf8", env });
  assert.equal(status, 0, stdout.match(/^\s*not ok[\s\S]{0,1500}/m)?.[0] ?? stdout.slice(-1500));
});
