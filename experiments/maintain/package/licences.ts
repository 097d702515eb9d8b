import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { packagePath } from "../../../lib/disk/packageRoot";

/** The licences of the packages that have become part of ours, in one file. */
export function collectLicences(dist: string, { inputs }: Metafile): void {
  const folders = new Set<string>();
  for (const path of Object.keys(inputs)) {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path) ?? [];
    if (folder) folders.add(folder);
  }
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(packagePath(folder, "package.json"), "utf8"));
    const title = `${name} ${version} (${license})`;
    return `${title}\n${"=".repeat(title.length)}\n\n${licenceText(packagePath(folder))}`;
  });
  writeFileSync(join(dist, "LICENCES.txt"), `${parts.join("\n\n\n")}\n`);
}

function licenceText(folder: string): string {
  const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  return name && existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8").trim() : "";
}
