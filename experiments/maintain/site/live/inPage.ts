import { join } from "node:path";
import type { Plugin } from "esbuild";
import { packagePath } from "../../../../lib/disk/packageRoot";

/** Files of the lab in whose place a page has another. */
const replaced: Record<string, string> = {
  "lib/kernel/missingModule.ts": "lib/page/notebook/missingModule.ts",
  "lib/notebook/libraryScripts.ts": "lib/page/notebook/libraryScripts.ts",
  "lib/notebook/widgets/widgetFrame.ts": "lib/page/notebook/widgetFrame.ts",
  "lib/stills/still.ts": "lib/page/notebook/still.ts",
};
/** Modules of Node.js that a page has in the lab's own words; of the others nothing is there. */
const known = ["crypto", "fs", "module", "path", "util"];
const builtins = new Set((require("node:module") as typeof import("node:module")).builtinModules);
/** What danfojs asks for to read from files and addresses, which cells do in other ways; a bar of terminals. */
const absent = /^(node-fetch|request|plotly\.js-dist-min|cli-progress|stream-json(\/.*)?)$/;

/** Bundles the lab's own files, written for Node.js, for a page. */
export const inPage: Plugin = {
  name: "lab in a page",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z]+)?$/ }, ({ path }) => {
      const name = path.replace(/^node:/, "");
      if (!builtins.has(name)) return undefined;
      if (known.includes(name)) return { path: packagePath("lib/page/node", `${name}.ts`) };
      return { path, namespace: "absent" };
    });
    onResolve({ filter: absent }, ({ path }) => ({ path, namespace: "absent" }));
    onResolve({ filter: /^@tensorflow\/tfjs-node$/ }, () => ({
      path: packagePath("lib/tables/tfjs-node/index.cjs"),
    }));
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, importer }) => {
      const file = `${join(resolveDir, path)}.ts`;
      const other = Object.entries(replaced).find(([one]) => packagePath(one) === file)?.[1];
      return other && packagePath(other) !== importer ? { path: packagePath(other) } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};" }));
  },
};
