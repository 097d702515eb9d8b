import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import type { BenchRow } from "../../experiments/bench/row";

const root = resolve(__dirname, "../..");
const model = join(root, "test/fixtures/musicgen/plain");

function bench(words: string[], env: Record<string, string> = {}) {
  const command = ["--import", "tsx", join(root, "experiments/bench/index.ts"), ...words];
  return spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, SMITIN_BACKEND: "wasm", ...env },
  });
}

test("a quick bench measures every part and writes its rows", () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-"));
  try {
    const out = join(folder, "bench.json");
    const { status, stdout, stderr } = bench(["--quick", "--model", model, "--out", out], {
      SMITIN_PYTHON: "no-python-of-this-name",
    });
    assert.equal(status, 0, stderr);
    const { machine, rows } = JSON.parse(readFileSync(out, "utf8")) as {
      machine: { engine: string; node: string; cores: number };
      rows: BenchRow[];
    };
    assert.equal(machine.engine, "wasm");
    assert.equal(machine.node, process.version);
    for (const row of rows) {
      assert.ok(Number.isFinite(row.ms) && row.ms > 0, `${row.what}: ${row.ms} ms`);
      assert.ok(row.n >= 1);
      assert.equal(row.ratio, null);
      assert.match(row.note, /no reference: SMITIN_PYTHON: no such program/);
      assert.ok(stdout.includes(row.what));
    }
    const rowsOf = (what: string) => rows.filter((row) => row.what === what);
    for (const taps of ["", ", capture", ", SMITIN", ", capture + SMITIN"]) {
      const steps = rowsOf(`decode step${taps}`);
      assert.deepEqual(
        steps.map(({ batch }) => batch),
        [1, 2, 1, 2],
      );
      for (const { over } of steps) assert.equal(over === null, taps === "");
    }
    assert.equal(rowsOf("prefill + capture of 64 clips").length, 2);
    assert.equal(rowsOf("sweep: 4 cells in one batch").length, 2);
    assert.equal(rowsOf("sweep: 4 runs one by one").length, 2);
    for (const what of [
      "codec: encode 64 clips",
      "codec: decode 64 clips",
      "probes: 5 folds and a last fit",
    ]) {
      assert.equal(rowsOf(what).length, 1, what);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the bench says what it cannot run", () => {
  const unknown = bench(["--only", "everything"]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /decode, capture, probes, codec/);
  const missing = bench(["--quick", "--no-reference", "--only", "codec", "--model", "nowhere"]);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /bench: model "nowhere"/);
});
