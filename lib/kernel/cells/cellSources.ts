import type { SourceMapPayload } from "node:module";
import { type CellPosition, sourcePosition } from "../compiler/sourcePosition";

/** The texts of cells that have run, for tracebacks. */
export interface CellSources {
  /** by which tracebacks call a cell */
  number(cell: number): number | undefined;
  source(cell: number): string | undefined;
  /** What a compiled cell's position was in its text. */
  position(cell: number, line: number, column: number): CellPosition | undefined;
  add(cell: number, source: string, number: number, map: SourceMapPayload): void;
}

export function createCellSources(): CellSources {
  const cells = new Map<
    number,
    { source: string; number: number; position: ReturnType<typeof sourcePosition> }
  >();
  return {
    number: (cell) => cells.get(cell)?.number,
    source: (cell) => cells.get(cell)?.source,
    position: (cell, line, column) => cells.get(cell)?.position(line, column),
    add: (cell, source, number, map) =>
      void cells.set(cell, { source, number, position: sourcePosition(map) }),
  };
}
