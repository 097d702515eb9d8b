import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { installKernel } from "../../lib/kernel/kernelSpec";
import { pythonWith, runPython } from "./python";

const python = pythonWith("jupyter_kernel_test");
const skip = python ? false : "no Python with jupyter_kernel_test (set SMITIN_PYTHON)";

test("Jupyter's own kernel tests pass", { skip }, async () => {
  const prefix = mkdtempSync(join(tmpdir(), "suite-"));
  installKernel({ prefix });
  const { status, output } = await runPython(
    python!,
    [join(__dirname, "kernelSuite.py"), "-v"],
    join(prefix, "share/jupyter"),
  );
  rmSync(prefix, { recursive: true });
  assert.equal(status, 0, output);
  assert.match(output, /^OK/m);
});
