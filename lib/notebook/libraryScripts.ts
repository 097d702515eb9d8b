import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { packagePath } from "../disk/packageRoot";
import { drawScript } from "../figures/drawScript";
import { plotlyScript } from "../stills/plotly";
import { pageScript } from "./widgets/pageModule";

/** What runs in the page besides an output's own lines. */
export type Library = "plotly" | "wavesurfer";

/** A library's scripts, each a CommonJS or UMD module. */
const scripts: Record<Library, () => string[]> = {
  plotly: () => [plotlyScript(), `${drawScript}\nmodule.exports = drawFigure;`],
  wavesurfer: () => [
    ...[
      "wavesurfer.js",
      "wavesurfer.js/dist/plugins/spectrogram.js",
      "wavesurfer.js/dist/plugins/timeline.js",
    ].map((name) => readFileSync(require.resolve(name), "utf8")),
    pageScript("listening"), // what draws with them
  ],
};

/** The scripts of a library, in order. */
export function libraryScripts(library: Library): string[] {
  return scripts[library]();
}

/** A library for `smitinLab.provide` in the page: its scripts, gzip, base64. */
export function packedScripts(library: Library): string[] {
  return libraryScripts(library).map((text) => gzipSync(text, { level: 9 }).toString("base64"));
}

/** What runs in a page with every output that draws by script: `smitinLab`. */
export function pageLibraries(): string {
  return readFileSync(packagePath("lib/notebook/page/pageLibraries.js"), "utf8");
}
