/** A clip in the codec's tokens: one row of frames per codebook, the coarsest first. [codebooks][frames] */
export type TokenGrid = Int32Array[];

/**
 * Check that a grid is one: rows of one length, every token a code.
 * @param grid [codebooks][frames]
 * @throws RangeError naming `where`, what was expected and what was found
 */
export function checkTokens(
  grid: TokenGrid,
  codebooks: number,
  codebookSize: number,
  where = "tokens",
): void {
  if (grid.length !== codebooks) {
    throw new RangeError(`${where}: expected ${codebooks} codebooks, found ${grid.length}`);
  }
  for (const [k, row] of grid.entries()) {
    if (row.length !== grid[0].length) {
      throw new RangeError(
        `${where}: expected ${grid[0].length} frames in every codebook, found ${row.length} in codebook ${k}`,
      );
    }
    const wrong = row.findIndex((code) => !(code >= 0 && code < codebookSize));
    if (wrong >= 0) {
      throw new RangeError(
        `${where}: expected codes from 0 to ${codebookSize - 1}, found ${row[wrong]} in codebook ${k}, frame ${wrong}`,
      );
    }
  }
}
