import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startBackend } from "../../lib/backend";
import { sweepSteering } from "../../lib/sweep/sweep";
import { openModel, smallSweep } from "./fixture";

test("a sweep that was killed on the spot goes on and ends in the file of one that was not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "smitin-killed-"));
  const [killed, whole] = [join(folder, "killed"), join(folder, "whole")];
  const lines = (name: string) => readFileSync(join(name, "cells.jsonl"), "utf8");
  try {
    const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "slowly.ts"), killed], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = 0;
    child.stdout.on("data", (dots: Buffer) => {
      told += dots.length;
      if (told >= 10) child.kill("SIGKILL");
    });
    const [code, signal] = await once(child, "exit");
    assert.deepEqual([code, signal], [null, "SIGKILL"]);
    const finished = lines(killed).split("\n").length - 1;
    assert.ok(finished >= 10 && finished < 54, `${finished} cells were finished`);

    await startBackend("wasm");
    const model = openModel();
    let computed = 0;
    const sweep = await sweepSteering(model, {
      ...smallSweep(model),
      folder: killed,
      onCell: () => void computed++,
    });
    assert.equal(computed, 54 - finished);
    assert.deepEqual(sweep, await sweepSteering(model, { ...smallSweep(model), folder: whole }));
    assert.equal(lines(killed), lines(whole));
    assert.equal(
      readFileSync(join(killed, "sweep.json"), "utf8"),
      readFileSync(join(whole, "sweep.json"), "utf8"),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
