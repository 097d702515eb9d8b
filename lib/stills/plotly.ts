import { existsSync, readFileSync } from "node:fs";
import { cacheFolder } from "../disk/cacheFolder";
import { writeAtomically } from "../disk/writeAtomically";

/**
 * plotly's script, for a page or for jsdom: plotly.js-dist, minified (10 MB become 4.8 MB, 1.5 MB when packed).
 * Minifying takes two seconds, so the result is kept, once for each version of plotly.
 */
export function plotlyScript(): string {
  script ??= existsSync(minifiedPath) ? readFileSync(minifiedPath, "utf8") : minify();
  return script;
}

let script: string | undefined;

const sourcePath = require.resolve("plotly.js-dist");
const { version } = require("plotly.js-dist/package.json") as { version: string };
const minifiedPath = cacheFolder(`plotly-${version}.min.js`);

function minify(): string {
  const { transformSync } = require("esbuild") as typeof import("esbuild"); // here, since it is seldom needed
  const source = readFileSync(sourcePath, "utf8");
  const banner = source.slice(0, source.indexOf("*/") + 2); // plotly's name, version and licence
  const { code } = transformSync(source, { minify: true, charset: "utf8", banner });
  try {
    writeAtomically(minifiedPath, code);
  } catch {
    // No folder that may be written to: each process minifies for itself.
  }
  return code;
}
