import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { jupyterReport, kernelReport } from "../../lib/command/jupyter";
import { labEnvironment, ownPython, pins } from "../../lib/jupyter/environment";
import { program } from "../jupyter/program";

let scratch: string;
let folder: string;
const { PATH, SMITIN_PYTHON } = process.env;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "doctor-"));
  folder = join(scratch, "lab");
  process.env.PATH = "/usr/bin:/bin";
  delete process.env.SMITIN_PYTHON;
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
  process.env.PATH = PATH;
  if (SMITIN_PYTHON) process.env.SMITIN_PYTHON = SMITIN_PYTHON;
});

test("after npm run lab its own Jupyter and the kernel in it are found", async () => {
  const inner = program(join(scratch, "inner"), "exit 0");
  const python = program(
    join(scratch, "python3"),
    `case "$1" in -c) echo 3.11;; -m) mkdir -p ${folder}/bin && cp ${inner} ${folder}/bin/python;; esac`,
  );
  await labEnvironment(() => {}, { folder, python });
  const jupyter = jupyterReport(folder);
  assert.equal(jupyter?.version, `JupyterLab ${pins[0].split("==")[1]}, of npm run lab`);
  const kernel = kernelReport(jupyter);
  assert.equal(kernel.installed, true);
  assert.ok(kernel.path!.startsWith(folder));
});

test("so are those of a Python of one's own, which SMITIN_PYTHON names", () => {
  const python = program(join(scratch, "mine"), "echo 4.9.9");
  ownPython(python, folder);
  process.env.SMITIN_PYTHON = python;
  const jupyter = jupyterReport(folder);
  assert.equal(jupyter?.version, `JupyterLab 4.9.9, of ${python}`);
  assert.equal(kernelReport(jupyter).installed, true);
});

test("an environment that was begun and not finished is none", () => {
  program(join(folder, "bin/python"), "exit 0");
  process.env.PATH = scratch;
  assert.equal(jupyterReport(folder), undefined);
});
