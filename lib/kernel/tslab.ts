import { createRequire } from "node:module";
import type TypeScript from "@tslab/typescript-for-tslab";

/** The TypeScript that tslab brings (5.1 with tslab's additions). */
export function loadTypeScript(): typeof TypeScript {
  return tslabRequire()("@tslab/typescript-for-tslab");
}

/** `require` as tslab's own files have it. */
export function tslabRequire(): NodeJS.Require {
  return createRequire(require.resolve("tslab/package.json"));
}

/** Load tslab's converter with `substitute` in the place of TypeScript (tslab hard-codes the compiler's options). */
export function loadConverter(
  substitute: typeof TypeScript,
): typeof import("tslab/dist/converter").createConverter {
  const load = tslabRequire();
  const typescriptPath = load.resolve("@tslab/typescript-for-tslab");
  const converterPath = load.resolve("./dist/converter.js");
  const original = require.cache[typescriptPath]!.exports;
  const cached = require.cache[converterPath];
  delete require.cache[converterPath];
  require.cache[typescriptPath]!.exports = substitute;
  try {
    return load(converterPath).createConverter;
  } finally {
    require.cache[typescriptPath]!.exports = original;
    if (cached) require.cache[converterPath] = cached;
  }
}

/** tslab's way to write down what is known of a name: its type and documentation. */
export function loadPrinter(): typeof import("tslab/dist/inspect").printQuickInfo {
  return tslabRequire()("./dist/inspect.js").printQuickInfo;
}
