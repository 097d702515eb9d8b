import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { checkpointConfigs, writeCheckpoint } from "../../experiments/bench/madeCheckpoint";
import { diskFolder } from "../../lib/disk/folder";
import { openCheckpoint } from "../../lib/model/checkpoint/checkpoint";
import { readConfig } from "../../lib/model/checkpoint/config";
import { checkShapes, partsOf } from "../../lib/model/checkpoint/shapes";
import { isNativeLinked } from "../../lib/native/engine";

const root = resolve(__dirname, "../..");

test("a made checkpoint is whole, however it is split and kept", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [halves, bfloats, floats] = [join(folder, "1"), join(folder, "2"), join(folder, "3")];
  writeCheckpoint(halves, checkpointConfigs.quick, "F16", 3);
  writeCheckpoint(bfloats, checkpointConfigs.quick, "BF16", 1);
  writeCheckpoint(floats, checkpointConfigs.quick, "F32", 1);
  assert.equal(readdirSync(halves).length, 5);
  assert.deepEqual(readdirSync(bfloats), ["config.json", "model.safetensors"]);
  const [exact, ...rounded] = [floats, halves, bfloats].map((path) => openCheckpoint(diskFolder(path)));
  for (const checkpoint of [exact, ...rounded]) {
    checkShapes(checkpoint, readConfig(diskFolder(floats)));
    assert.equal(partsOf(checkpoint).size, 3);
    assert.deepEqual(checkpoint.names().sort(), exact.names().sort());
  }
  for (const name of exact.names()) {
    const expected = exact.read(name);
    for (const [i, share] of [2 ** -11, 2 ** -7].entries()) {
      const found = rounded[i].read(name);
      assert.ok(
        expected.every((value, n) => Math.abs(found[n] - value) <= share * Math.abs(value) + 2 ** -24),
        name,
      );
    }
  }
});

test("a checkpoint is made, loaded, measured and steered", () => {
  const bench = join(root, "experiments/bench/index.ts");
  const command = ["--import", "tsx", bench, "load", "--quick", "--rounds", "1"];
  const env = { ...process.env, SMITIN_BACKEND: "wasm", SMITIN_PYTHON: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    env,
  });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /quick, random F16, 2 file\(s\), 0\.4 MB/);
  assert.match(
    stdout,
    /wasm: loaded in [\d.]+ s .*\n {2}at most [\d.]+ .B .*\n.* ms a decode step .*, [\d.]+ steps a second/,
  );
  assert.match(stdout, /a steered take of 50 frames [\d.]+ s/);
  assert.match(stdout, /no reference: SMITIN_PYTHON is not set/);
});

// Garbage that is not yet collected comes and goes (1.1 to 1.3 times were seen); holding the file as well would be twice.
for (const [engine, share] of [
  ["wasm", 1.45],
  ["node", 1.5],
] as const) {
  const isThere = engine === "wasm" || isNativeLinked();
  const skip = isThere ? undefined : "the native engine is not installed (`npm run native`)";
  test(`${engine}: loading takes little memory beyond the weights, of half precision too`, { skip }, (t) => {
    const folder = mkdtempSync(join(tmpdir(), "smitin-"));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const kind of ["F32", "F16"] as const) {
      writeCheckpoint(join(folder, kind), checkpointConfigs.middle, kind, 2);
      const words = ["load", "--measure", join(folder, kind), "--rounds", "1", "--backend", engine];
      const command = ["--import", "tsx", join(root, "experiments/bench/index.ts"), ...words];
      const { stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
      assert.ok(stdout, stderr);
      const { memory, weights } = JSON.parse(stdout);
      assert.ok(weights > 2e8, `${weights} bytes of weights`);
      assert.ok(memory > 0.9 * weights, "memory was not measured");
      assert.ok(memory < share * weights, `${kind}: ${(memory / weights).toFixed(2)} x the weights`);
    }
  });
}
