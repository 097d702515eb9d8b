import { rmSync } from "node:fs";
import { packagePath } from "../../../lib/disk/packageRoot";
import { entries } from "../../../lib/kernel/ownPackage";
import { rollDeclarations } from "./declarations";
import { collectLicences } from "./licences";
import { buildModules } from "./modules";
import { buildPages } from "./pages";
import { buildStarts } from "./starts";

/*
 * `npm run build`: what `npm install smitin-lab` brings, into dist/. ES modules for Node.js and for pages, their types, the programs that
 * Jupyter, threads and the command line start, and the pages' parts of the widgets. In the repository nothing of it is needed.
 */
const dist = packagePath("dist");

async function main(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const programs = buildStarts(dist);
  const bundled = await buildModules(dist, { ...entries, ...programs, smitin: "lib/command/start.ts" });
  buildPages(dist);
  collectLicences(dist, bundled);
  if (!process.argv.includes("--no-types")) await rollDeclarations(dist, entries);
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
