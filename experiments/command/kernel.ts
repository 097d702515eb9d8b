import { homedir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";

export function addKernel(program: Command): void {
  const kernel = program.command("kernel").description("the notebooks' kernel in your Jupyter");
  const prefix =
    "the Jupyter installation whose share/jupyter is meant (default: the active Python environment, else ~/.local)";
  kernel
    .command("install")
    .description("make the kernel known to Jupyter")
    .option("--prefix <dir>", prefix)
    .action(async ({ prefix = defaultPrefix() }: { prefix?: string }) => {
      const { installKernel } = await import("../../lib/kernel/kernelSpec");
      process.stdout.write(`${installKernel(prefix)}: installed\n`);
    });
  kernel
    .command("remove")
    .description("make Jupyter forget it")
    .option("--prefix <dir>", prefix)
    .action(async ({ prefix = defaultPrefix() }: { prefix?: string }) => {
      const { removeKernel } = await import("../../lib/kernel/kernelSpec");
      process.stdout.write(`${removeKernel(prefix)}: removed\n`);
    });
}

function defaultPrefix(): string {
  return process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX || join(homedir(), ".local");
}
