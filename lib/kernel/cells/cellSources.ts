import type { CompiledCell } from "../compiler/compilation";
import { type CellPosition, sourcePosition } from "../compiler/sourcePosition";

/** The texts of cells that have run, for tracebacks. */
export interface CellSources {
  /** by which tracebacks call a cell */
  number(cell: number): number | undefined;
  source(cell: number): string | undefined;
  /** What a compiled cell's position was in its text. */
  position(cell: number, line: number, column: number): CellPosition | undefined;
  /** Is this line of the code as it runs none of the compiled cell's, but of what calls it? */
  isAround(cell: number, line: number): boolean;
  add(cell: number, source: string, number: number, compiled: Pick<CompiledCell, "output" | "map">): void;
}

export function createCellSources(): CellSources {
  const cells = new Map<
    number,
    { source: string; number: number; lines: number; position: ReturnType<typeof sourcePosition> }
  >();
  return {
    number: (cell) => cells.get(cell)?.number,
    source: (cell) => cells.get(cell)?.source,
    position: (cell, line, column) => cells.get(cell)?.position(line, column),
    isAround: (cell, line) => line > (cells.get(cell)?.lines ?? Number.POSITIVE_INFINITY),
    add(cell, source, number, { output, map }) {
      cells.set(cell, { source, number, lines: output.split("\n").length, position: sourcePosition(map) });
    },
  };
}
