import { SourceMap, type SourceMapPayload } from "node:module";

/** A position in a cell as its author sees it, both counted from 1. */
export interface CellPosition {
  line: number;
  column: number;
}

/** Text that was put into a cell before it was compiled, at a place (from 1) of the author's text. */
export interface Insertion extends CellPosition {
  length: number;
}

/** The way from a cell's compiled code back to its text. */
export interface CellTrail {
  /** from the compiled code first */
  maps: SourceMapPayload[];
  insertions: Insertion[];
}

/** Finds the author's position of a position in the compiled code, both from 1. */
export function followTrail({ maps, insertions }: CellTrail) {
  const stages = maps.map((map) => new SourceMap(map));
  return (line: number, column: number): CellPosition | undefined => {
    let at = { line: line - 1, column: column - 1 };
    for (const stage of stages) {
      const entry = stage.findEntry(at.line, at.column);
      if (!("originalLine" in entry)) return undefined;
      at = { line: entry.originalLine, column: entry.originalColumn };
    }
    // the first line that was compiled is tslab's `export {};`
    return at.line < 1 ? undefined : withoutInsertions(insertions, { line: at.line, column: at.column + 1 });
  };
}

/** Where a position of the text with the insertions is in the author's. */
export function withoutInsertions(insertions: Insertion[], { line, column }: CellPosition): CellPosition {
  let shift = 0;
  for (const each of insertions) {
    if (each.line === line && each.column + shift < column)
      shift += Math.min(each.length, column - each.column - shift);
  }
  return { line, column: column - shift };
}
