import { readFileSync } from "node:fs";
import { parseObject } from "../files/json";
import type { TokenGrid } from "../model/generate/tokens";

/**
 * Read a file of codes, `{"codes": [[...frames] per codebook]}`; what a code may be is for the model to say (`checkTokens`).
 * @throws Error naming the file, what was expected and what was found
 */
export function readCodes(path: string): TokenGrid {
  const { codes } = parseObject(readFileSync(path, "utf8"), path);
  if (!Array.isArray(codes) || codes.length === 0 || !codes.every(Array.isArray)) {
    throw new Error(`${path}: expected {"codes": [[...frames] per codebook]}, found codes: ${brief(codes)}`);
  }
  return codes.map((row: unknown[], k) => {
    const wrong = row.findIndex((code) => !isCode(code));
    if (wrong >= 0) {
      throw new Error(
        `${path}: expected integers from 0, found ${brief(row[wrong])} in codebook ${k}, frame ${wrong}`,
      );
    }
    return Int32Array.from(row as number[]);
  });
}

/** The text of such a file. */
export function encodeCodes(grid: TokenGrid): string {
  return `${JSON.stringify({ codes: grid.map((row) => Array.from(row)) })}\n`;
}

function isCode(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "none";
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
