import type ts from "typescript";
import { isInternal } from "./sharedNames";

/** Names that fit at a place of a cell, the best first, and what of the cell they stand for. */
export interface Completion {
  start: number;
  end: number;
  candidates: string[];
}

/**
 * @param text the cell's own
 * @param isForeign names that are not to be proposed
 */
export function completionsAt(
  service: ts.LanguageService,
  file: ts.SourceFile,
  text: string,
  position: number,
  isForeign: (symbol: ts.Symbol) => boolean,
): Completion {
  const preferences = { includeSymbol: true } as ts.GetCompletionsAtPositionOptions;
  const info = service.getCompletionsAtPosition(file.fileName, position, preferences);
  const entries = (info?.entries ?? []).filter(
    ({ name, symbol }) => !isInternal(name) && !(symbol && isForeign(symbol)),
  );
  const span = entries.find(({ replacementSpan }) => replacementSpan)?.replacementSpan;
  const { start, length } = span ?? info?.optionalReplacementSpan ?? wordAt(text, position);
  const word = text.slice(start, start + length);
  const ranked = entries.flatMap(({ name, sortText }) => {
    const rank = rankOf(name, word);
    return rank === undefined ? [] : [{ name, key: `${rank}${sortText}` }];
  });
  // the same names in the same order for all: by rank, then as the compiler has them
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  ranked.sort((a, b) => order(a.key, b.key) || (word ? 0 : order(a.name, b.name)));
  return { start, end: start + length, candidates: ranked.map(({ name }) => name) };
}

/** How well a name fits what is there: it begins so, it does but for capitals, it holds it; undefined: not at all. */
function rankOf(name: string, word: string): number | undefined {
  if (name.startsWith(word)) return 0;
  const [lower, part] = [name.toLowerCase(), word.toLowerCase()];
  if (lower.startsWith(part)) return 1;
  return lower.includes(part) ? 2 : undefined;
}

function wordAt(text: string, position: number): ts.TextSpan {
  const [before] = /[\p{ID_Continue}$]*$/u.exec(text.slice(0, position))!;
  const [after] = /^[\p{ID_Continue}$]*/u.exec(text.slice(position))!;
  return { start: position - before.length, length: before.length + after.length };
}
