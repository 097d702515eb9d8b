import { SourceMap, type SourceMapPayload } from "node:module";

/** A position in a cell as its author sees it, both counted from 1. */
export interface CellPosition {
  line: number;
  column: number;
}

/** Finds the author's position of a position in the compiled code, both from 1. */
export function sourcePosition(payload: SourceMapPayload) {
  const map = new SourceMap(payload);
  return (line: number, column: number): CellPosition | undefined => {
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalLine" in entry)) return undefined;
    return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
}
