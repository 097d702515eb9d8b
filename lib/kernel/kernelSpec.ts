import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAtomically } from "../file";

/** How Jupyter starts a kernel (a kernel.json). */
export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "signal";
  metadata: object;
}

/** The name under which notebooks ask for this kernel. */
export const kernelName = "smitin-lab";

export function kernelSpec(): KernelSpec {
  return {
    argv: [process.execPath, join(__dirname, "launch.cjs"), "{connection_file}"],
    display_name: "SMITIN Lab (TypeScript)",
    language: "typescript",
    interrupt_mode: "signal",
    metadata: {},
  };
}

/**
 * Make the kernel known to the Jupyter installation at `prefix` (a virtual environment, `~/.local`, `/usr/local`, or any
 * folder whose `share/jupyter` is in JUPYTER_PATH).
 * @returns the path of the kernel.json that was written
 */
export function installKernel(prefix: string): string {
  const path = specPath(prefix);
  writeAtomically(path, `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  return path;
}

/**
 * Undo `installKernel`.
 * @returns the path of the folder that was removed
 * @throws Error when the kernel is not installed there
 */
export function removeKernel(prefix: string): string {
  const path = specPath(prefix);
  if (!existsSync(path)) throw new Error(`${path}: expected the lab's kernel, found nothing there`);
  rmSync(dirname(path), { recursive: true });
  return dirname(path);
}

function specPath(prefix: string): string {
  return join(prefix, "share", "jupyter", "kernels", kernelName, "kernel.json");
}
