import { join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { packagePath } from "../../../lib/disk/packageRoot";

const start = `// danfojs-node and what it needs: see LICENCES.txt
module.exports = (tensorflow) => {
const outer = require;
const holder = { exports: {} };
const load = (name) => (name === "@tensorflow/tfjs-core" ? tensorflow : outer(name));
return ((require, module, exports) => {`;

const end = `return module.exports;
})(load, holder, holder.exports);
};`;

/**
 * danfojs-node with all that it needs, as a file of its own: a function of the TensorFlow.js to compute with. The package itself
 * can't be one of ours: it asks for a native build of 2022 and for a package at an address, which our `overrides` mend for
 * the repository but not for those who install the lab.
 */
export async function bundleTables(dist: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: packagePath(),
    entryPoints: ["danfojs-node"],
    outfile: join(dist, "danfojs.cjs"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    minify: true,
    keepNames: true,
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    logLevel: "error",
    external: ["@tensorflow/tfjs-core", "plotly.js-dist-min", "encoding"],
    plugins: [oneTensorFlow],
    banner: { js: start },
    footer: { js: end },
  });
  return metafile;
}

const oneTensorFlow: Plugin = {
  name: "one TensorFlow.js",
  setup({ onResolve }) {
    const filter = /engine\/tensorflow\.ts$/;
    onResolve({ filter }, () => ({ path: "@tensorflow/tfjs-core", external: true }));
  },
};

/** `danfojs-node` in our modules is that file, on the lab's TensorFlow.js. */
export const tablesInside: Plugin = {
  name: "tables",
  setup({ onResolve, onLoad }) {
    const names = Object.keys(require("danfojs-node")).filter((name) => /^[A-Za-z]\w*$/.test(name));
    const contents = `
      import makeTables from "./danfojs.cjs";
      import * as own from "./lib/engine/tensorflow.ts";
      export const { ${names.join(", ")} } = makeTables(own);`;
    onResolve({ filter: /^danfojs-node$/ }, () => ({ path: "danfojs-node", namespace: "tables" }));
    onResolve({ filter: /^\.\/danfojs\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "tables" }, () => ({ contents, resolveDir: packagePath() }));
  },
};
