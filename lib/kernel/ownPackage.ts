import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { packagePath } from "../disk/packageRoot";

/** What the package gives under its name, and the sources that it is made of. */
export const entries: Record<string, string> = {
  index: "lib/index.ts",
  browser: "lib/browser.ts",
  kernel: "lib/kernel/index.ts",
  widgets: "lib/notebook/widgets/index.ts",
  tables: "lib/tables/index.ts",
};

/**
 * The file that `smitin-lab`, or a part such as `smitin-lab/widgets`, is of the lab that runs here: for notebooks in whose folder no
 * such package is installed.
 */
export function ownModule(request: string): string | undefined {
  return ownFile(request, ".mjs");
}

/** The same for types: paths of the compiler, {} where the package is installed at or above the folder. */
export function ownTypes(folder: string): Record<string, string[]> {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules/smitin-lab"))) return {};
    if (at === dirname(at)) break;
  }
  const names = Object.keys(entries).map((name) => (name === "index" ? "smitin-lab" : `smitin-lab/${name}`));
  return Object.fromEntries(names.map((name) => [name, [ownFile(name, ".d.mts")!]]));
}

function ownFile(request: string, built: ".mjs" | ".d.mts"): string | undefined {
  const parts = /^smitin-lab(?:\/(\w+))?$/.exec(request);
  if (!parts) return undefined;
  const name = parts[1] ?? "index";
  const source = entries[name];
  if (!source) return undefined;
  const path = packagePath(source);
  return existsSync(path) ? path : packagePath("dist", `${name}${built}`);
}
