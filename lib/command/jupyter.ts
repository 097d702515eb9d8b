import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { labFolder, pythonOf } from "../jupyter/environment";
import { kernelName } from "../kernel/kernelSpec";

/** A Jupyter that the lab's notebooks can be opened in. */
export interface Jupyter {
  version: string;
  /** Where it looks for kernels, first to last: each may have a folder `kernels`. */
  data: string[];
}

/**
 * What `npm run lab` starts, if it has been run here; else the Jupyter on the PATH.
 * @param folder the lab's own environment
 */
export function jupyterReport(folder = labFolder): Jupyter | undefined {
  return labJupyter(folder) ?? jupyterOnPath();
}

function labJupyter(folder: string): Jupyter | undefined {
  const data = [join(folder, "share", "jupyter")];
  const own = process.env.SMITIN_PYTHON;
  if (own) {
    const version = run(own, ["-m", "jupyterlab", "--version"])?.trim();
    return version ? { version: `JupyterLab ${version}, of ${own}`, data } : undefined;
  }
  const pins = join(folder, "pins.txt"); // written when the environment is whole
  if (!existsSync(pins) || !existsSync(pythonOf(folder))) return undefined;
  const [, version] = /^jupyterlab==(\S+)/m.exec(readFileSync(pins, "utf8")) ?? [];
  return { version: `JupyterLab ${version}, of npm run lab`, data };
}

function jupyterOnPath(): Jupyter | undefined {
  const paths = run("jupyter", ["--paths", "--json"]);
  if (paths === undefined) return undefined;
  const core = /^jupyter_core\s*:\s*(\S+)/m.exec(run("jupyter", ["--version"]) ?? "")?.[1];
  try {
    return { version: core ? `jupyter_core ${core}` : "unknown", data: JSON.parse(paths).data };
  } catch {
    return undefined;
  }
}

export function pythonReport(): { installed: boolean; version: string | null } {
  const text = run("python3", ["--version"])?.trim();
  return { installed: text !== undefined, version: text?.replace(/^Python\s*/, "") ?? null };
}

/** Is the lab's kernel known to Jupyter, and does the kernel's program still exist? */
export function kernelReport(jupyter?: Jupyter): { installed: boolean; path: string | null } {
  for (const folder of jupyter?.data ?? []) {
    const path = join(folder, "kernels", kernelName, "kernel.json");
    if (existsSync(path)) return { installed: starts(path), path };
  }
  return { installed: false, path: null };
}

/** Are the programs there that a kernel.json starts? A moved repository leaves one behind that does not. */
function starts(path: string): boolean {
  try {
    const [node, launcher] = JSON.parse(readFileSync(path, "utf8")).argv;
    return existsSync(node) && existsSync(launcher);
  } catch {
    return false;
  }
}

function run(program: string, args: string[]): string | undefined {
  try {
    return execFileSync(program, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 60_000,
    });
  } catch {
    return undefined;
  }
}
