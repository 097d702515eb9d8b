import { createRequire } from "node:module";
import type { Inspection } from "./compiler/compiler";

/*
 * What the lab takes from tslab: the executor that runs cells (cells/executor.ts) with its module cells, the package "tslab"
 * whose `display` cells may use, the way it writes down what is known of a name, and ZeroMQ, which it brings.
 */

/** `require` as tslab's own files have it. */
export function tslabRequire(): NodeJS.Require {
  return createRequire(require.resolve("tslab/package.json"));
}

/** What is known of a name, written down tslab's way: its type and its documentation. */
export function writeInspection(info: Inspection): string {
  const { printQuickInfo } = tslabRequire()("./dist/inspect.js") as {
    printQuickInfo(info: Inspection): string;
  };
  return printQuickInfo(info);
}
