import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** What the compiler says of programs by name that stand where notebooks do, under the project's tsconfig.json. */
export function complaints(compiler: string, programs: Record<string, string>): string {
  const project = mkdtempSync(join(tmpdir(), "type-check-"));
  mkdirSync(join(project, "notebooks"));
  for (const name of ["lib", "experiments", "node_modules", "package.json"])
    symlinkSync(join(root, name), join(project, name));
  for (const [name, text] of Object.entries(programs))
    writeFileSync(join(project, "notebooks", `${name}.ts`), text);
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.json"), include: ["notebooks"] }),
  );
  const tsc = join(root, "node_modules", compiler, "bin/tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", project, "--pretty", "false"]);
  rmSync(project, { recursive: true });
  return `${stdout}${stderr}`;
}
