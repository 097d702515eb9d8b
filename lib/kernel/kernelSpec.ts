import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../disk/packageRoot";
import { writeAtomically } from "../disk/writeAtomically";

/** How Jupyter starts a kernel (a kernel.json). */
export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message";
  metadata: object;
}

/** The name under which notebooks ask for this kernel. */
export const kernelName = "smitin-lab";

export function kernelSpec(): KernelSpec {
  return {
    argv: [process.execPath, join(__dirname, "launch.cjs"), "{connection_file}"],
    display_name: "SMITIN Lab (TypeScript)",
    language: "typescript",
    interrupt_mode: "message", // a signal cannot stop a cell that is busy after an await
    metadata: {},
  };
}

/**
 * Whose kernels: those of the Jupyter installation at a prefix (a virtual environment, `/usr/local`, or any folder whose
 * `share/jupyter` is in JUPYTER_PATH), or those of the user, which every Jupyter of theirs and VS Code know.
 */
export type KernelPlace = { prefix: string } | "user";

/**
 * Make the kernel known to Jupyter: kernel.json and logos.
 * @returns the path of the kernel.json that was written
 * @throws Error of the file system
 */
export function installKernel(place: KernelPlace): string {
  const folder = kernelFolder(place);
  const logos = packagePath("lib/kernel/logo");
  for (const name of readdirSync(logos)) writeAtomically(join(folder, name), readFileSync(join(logos, name)));
  const path = join(folder, "kernel.json");
  writeAtomically(path, `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  return path;
}

/**
 * Undo `installKernel`.
 * @returns the path of the folder that was removed
 * @throws Error when the kernel is not installed there
 */
export function removeKernel(place: KernelPlace): string {
  const folder = kernelFolder(place);
  if (!existsSync(join(folder, "kernel.json")))
    throw new Error(`${folder}: expected the lab's kernel, found no kernel.json there`);
  rmSync(folder, { recursive: true });
  return folder;
}

function kernelFolder(place: KernelPlace): string {
  const data = place === "user" ? userData() : join(place.prefix, "share", "jupyter");
  return join(data, "kernels", kernelName);
}

/** Where Jupyter keeps a user's data. */
function userData(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32" && APPDATA) return join(APPDATA, "jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}
