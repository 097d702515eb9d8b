import { isAbsolute, join } from "node:path";

/**
 * What draws a widget: a TypeScript module, with all it imports, as one self-contained ES module for the browser.
 * Made anew for every widget (20 ms), so that an edit is live when its cell runs again.
 * @param name a module of `page/`, or the whole path of another
 * @throws Error when it does not compile
 */
export function pageModule(name: string): string {
  return bundled(name, "esm");
}

/** The same as a CommonJS module, for outputs that are drawn by a script of their own. */
export function pageScript(name: string): string {
  return bundled(name, "cjs");
}

function bundled(name: string, format: "esm" | "cjs"): string {
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [isAbsolute(name) ? name : `${name}.ts`],
    absWorkingDir: join(__dirname, "page"),
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
