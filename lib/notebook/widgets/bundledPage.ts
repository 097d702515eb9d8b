import { dirname, isAbsolute, join } from "node:path";

/**
 * A module for the browser, with all it imports, as one text (20 ms).
 * @param name a module of `page/`, or the whole path of another
 * @throws Error when it does not compile
 */
export function bundledPage(name: string, format: "esm" | "cjs"): string {
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [isAbsolute(name) ? name : `${name}.ts`],
    absWorkingDir: isAbsolute(name) ? dirname(name) : join(__dirname, "page"),
    bundle: true,
    format,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    loader: { ".js": "text", ".css": "text" },
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].text;
}
