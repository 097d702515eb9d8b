import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagePath } from "../../../lib/disk/packageRoot";
import { pageModule, pageScript } from "../../../lib/notebook/widgets/pageModule";

/**
 * The pages' parts of the widgets, one module each: a widget's file in widgets/ and its page's have one name. The players of
 * `listen` are a script.
 */
export function buildPages(dist: string): void {
  const folder = join(dist, "pages");
  mkdirSync(folder);
  const hosts = readdirSync(packagePath("lib/notebook/widgets"));
  const pages = readdirSync(packagePath("lib/notebook/widgets/page"));
  for (const name of pages.filter((page) => hosts.includes(page)))
    writeFileSync(join(folder, name.replace(".ts", ".js")), pageModule(name.replace(".ts", "")));
  writeFileSync(join(folder, "listening.cjs"), pageScript("listening"));
}
