import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { packagePath } from "../../../../lib/disk/packageRoot";
import type { Library } from "../../../../lib/notebook/libraries";
import { libraryScripts } from "../../../../lib/notebook/libraryScripts";
import { buildPages } from "../../package/pages";
import { notebookStyle } from "./html";
import { inPage } from "./inPage";
import { pageTypes } from "./types";

const libraries: Library[] = ["plotly", "wavesurfer"];

/**
 * What runs the notebooks' pages: the page's script, the workers that compile and run cells, types for the
 * compiler, the widgets' pages, libraries to draw with, the judge.
 * @param options how scripts of pages are built
 */
export async function buildLive(folder: string, options: BuildOptions): Promise<void> {
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  buildPages(folder);
  const widgets = readdirSync(join(folder, "pages")).map((file) => file.replace(/\.js$/, ""));
  mkdirSync(join(folder, "libraries"));
  const counts = libraries.map((library) => {
    const scripts = libraryScripts(library);
    for (const [i, text] of scripts.entries()) write(`libraries/${library}-${i}.js`, text);
    return [library, scripts.length];
  });
  await build({
    ...options,
    absWorkingDir: packagePath("lib/page/notebook"),
    outdir: folder,
    chunkNames: "parts/notebook-[name]-[hash]",
    entryPoints: {
      notebook: "notebook.ts",
      "notebook-cells": "cells.ts",
      "notebook-compiler": "compiler.ts",
    },
    define: {
      ...options.define,
      WIDGET_PAGES: JSON.stringify(widgets),
      LIBRARY_SCRIPTS: JSON.stringify(Object.fromEntries(counts)),
      __dirname: '"/lib/kernel/cells"',
    },
    inject: [packagePath("lib/page/node/globals.ts")],
    plugins: [inPage],
  });
  write("notebook-types.json", JSON.stringify(await pageTypes()));
  write("notebook.css", notebookStyle());
  cpSync(packagePath("data/models/judge"), join(folder, "judge"), { recursive: true });
}
