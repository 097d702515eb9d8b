import type { SourceMapPayload } from "node:module";

/** One complaint of the type checker about a cell, or about a file that it imports. Line and column are counted from 1. */
export interface CellDiagnostic {
  line: number;
  column: number;
  code: number;
  message: string;
  /** absent: the cell itself */
  file?: { path: string; text: string };
}

/** A cell in JavaScript, as the body of a function of `exports` (with `cells`, lib/kernel/cells/scope.ts) and `require`. */
export interface CompiledCell {
  output: string;
  /** from the output to the cell's text */
  map: SourceMapPayload;
  /** it waits outside of functions: the function is an asynchronous one */
  waits: boolean;
  /** cells that are modules, new or changed since the last cell */
  modules: { path: string; data: string }[];
}

/** What has become of a cell, as data that crosses threads. */
export interface Compilation {
  diagnostics: CellDiagnostic[];
  /** absent if something is wrong */
  compiled?: CompiledCell;
}
