import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { labEnvironment, ownPython, pins } from "../../lib/jupyter/environment";
import { kernelName } from "../../lib/kernel/kernelSpec";
import { program } from "./program";

describe("the lab's Python environment", () => {
  let scratch: string;
  let folder: string;
  const say = () => {};
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "lab-"));
    folder = join(scratch, "lab");
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  /** A python3 whose venv is made, and whose pip does `pip`. */
  const python = (pip: string) => {
    const inner = join(scratch, "inner");
    program(inner, `echo "$@" >> ${scratch}/calls\ncase "$2" in pip) ${pip};; esac`);
    return program(
      join(scratch, "python3"),
      `case "$1" in -c) echo 3.11;; -m) mkdir -p ${folder}/bin && cp ${inner} ${folder}/bin/python;; esac`,
    );
  };

  test("is made once, with pinned packages, and the kernel is registered in it", async () => {
    const found = await labEnvironment(say, { folder, python: python("exit 0") });
    assert.deepEqual(found, { python: join(folder, "bin/python"), prefix: folder });
    assert.ok(existsSync(join(folder, `share/jupyter/kernels/${kernelName}/kernel.json`)));
    const installs = () =>
      readFileSync(join(scratch, "calls"), "utf8")
        .split("\n")
        .filter((call) => call.includes("pip install"));
    assert.equal(installs().length, 1);
    for (const pin of pins) assert.ok(installs()[0].includes(pin));
    await labEnvironment(say, { folder, python: "no-such-python" });
    assert.equal(installs().length, 1);
    writeFileSync(join(folder, "pins.txt"), "jupyterlab==3\n");
    await labEnvironment(say, { folder, python: python("exit 0") });
    assert.equal(installs().length, 2);
  });

  test("says what is missing", async () => {
    const make = (name: string) => labEnvironment(say, { folder, python: name });
    await assert.rejects(
      make("no-such-python"),
      /expected python3 \(3\.10 or newer\) on the PATH, found none/,
    );
    const old = program(join(scratch, "old"), "echo 3.8");
    await assert.rejects(make(old), /expected Python 3\.10 or newer, found 3\.8/);
    const bare = program(join(scratch, "bare"), "echo \"No module named 'ensurepip'\" >&2; exit 1");
    await assert.rejects(
      make(bare),
      /No module named 'ensurepip'\. On Debian and Ubuntu: apt install python3-venv/,
    );
  });

  test("says what to do when pip finds no network, and tries again the next time", async () => {
    const offline = python("echo 'Could not find a version that satisfies jupyterlab' >&2; exit 1");
    const made = labEnvironment(say, { folder, python: offline });
    await assert.rejects(
      made,
      /Could not find a version[\s\S]*pip download -d wheels jupyterlab==[\s\S]*PIP_FIND_LINKS/,
    );
    await labEnvironment(say, { folder, python: python("exit 0") });
  });

  test("another Python will do that has the packages", () => {
    const whole = program(join(scratch, "whole"), "exit 0");
    assert.deepEqual(ownPython(whole, folder), { python: whole, prefix: folder });
    const bare = program(join(scratch, "bare"), "echo \"No module named 'anywidget'\" >&2; exit 1");
    assert.throws(
      () => ownPython(bare, folder),
      /found: No module named 'anywidget'\. Install them: .* -m pip install/,
    );
    assert.throws(() => ownPython("no-such-python", folder), /expected a Python, found none/);
  });
});
