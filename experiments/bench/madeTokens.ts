import type { TokenGrid } from "../../lib/model/generate/tokens";

interface Vocabulary {
  codebooks: number;
  vocabulary: number;
}

/** A token like any other: so spread that rows, positions and codebooks differ. load.py makes row 0's too. */
export function madeToken({ vocabulary }: Vocabulary, row: number, position: number, k: number): number {
  return (row * 5 + position * 7 + k * 13) % vocabulary;
}

/** A row's tokens at the first positions: [codebooks][positions]. */
export function madeTokens(model: Vocabulary, positions: number, row = 0): TokenGrid {
  return Array.from({ length: model.codebooks }, (_, k) =>
    Int32Array.from({ length: positions }, (_, position) => madeToken(model, row, position, k)),
  );
}
