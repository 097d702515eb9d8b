import { installKernel, type KernelPlace, removeKernel } from "../kernel/kernelSpec";

interface PlaceOptions {
  prefix?: string;
  user?: boolean;
}

/** `smitin kernel install` */
export function install(options: PlaceOptions): void {
  process.stdout.write(`${installKernel(placeOf(options))}: installed\n`);
}

/** `smitin kernel remove` */
export function remove(options: PlaceOptions): void {
  process.stdout.write(`${removeKernel(placeOf(options))}: removed\n`);
}

/** What was asked for; else the active Python environment, else the user. */
function placeOf({ prefix, user }: PlaceOptions): KernelPlace {
  if (user) return "user";
  const found = prefix ?? (process.env.VIRTUAL_ENV || process.env.CONDA_PREFIX);
  return found ? { prefix: found } : "user";
}
