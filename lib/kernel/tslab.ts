import { createRequire } from "node:module";

/*
 * What the lab takes from tslab: the executor that runs cells (cells/executor.ts) with its module cells, the package "tslab"
 * whose `display` cells may use, and ZeroMQ, which it brings.
 */

/** `require` as tslab's own files have it. */
export function tslabRequire(): NodeJS.Require {
  return createRequire(require.resolve("tslab/package.json"));
}
