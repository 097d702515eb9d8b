import { homedir } from "node:os";
import { join } from "node:path";
import { installKernel, removeKernel } from "../../lib/kernel/kernelSpec";

/** `smitin kernel install` */
export function install({ prefix = defaultPrefix() }: { prefix?: string }): void {
  process.stdout.write(`${installKernel(prefix)}: installed\n`);
}

/** `smitin kernel remove` */
export function remove({ prefix = defaultPrefix() }: { prefix?: string }): void {
  process.stdout.write(`${removeKernel(prefix)}: removed\n`);
}

function defaultPrefix(): string {
  return process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX || join(homedir(), ".local");
}
