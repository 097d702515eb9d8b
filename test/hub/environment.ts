import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A home for one test, with nothing of this machine's own settings; gone with the test. @returns its HF_HOME */
export function freshHome(t: TestContext, values: Record<string, string>): string {
  const home = mkdtempSync(join(tmpdir(), "smitin-hub-"));
  mkdirSync(join(home, "hub"));
  const saved = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^(HF_|HUGGING|TRANSFORMERS_|XDG_|https?_proxy$|no_proxy$)/i.test(name)) delete process.env[name];
  Object.assign(process.env, { HF_HOME: home, ...values });
  t.after(() => {
    for (const name of ["HF_HOME", ...Object.keys(values)]) delete process.env[name];
    Object.assign(process.env, saved);
    rmSync(home, { recursive: true, force: true });
  });
  return home;
}
