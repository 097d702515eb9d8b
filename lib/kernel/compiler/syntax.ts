import ts from "typescript";
import { parse } from "./topLevel";

/** Can a console run this, does it wait for more (then with how much indentation), or is it no TypeScript? */
export type Completeness = { status: "complete" | "invalid" } | { status: "incomplete"; indent: string };

const unterminatedTemplate = 1160;

/** Two empty lines at the end count as complete, whatever is before them. */
export function isCompleteCell(source: string): Completeness {
  if (/(^|\n)\s*\n\s*$/.test(source)) return { status: "complete" };
  const { parseDiagnostics } = parse(source) as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] };
  if (parseDiagnostics.length === 0) return { status: "complete" };
  const isMissing = ({ start, messageText }: ts.DiagnosticWithLocation) =>
    start >= source.trimEnd().length &&
    / expected\.$/.test(ts.flattenDiagnosticMessageText(messageText, "\n"));
  if (parseDiagnostics.some(isMissing)) return { status: "incomplete", indent: indentAfter(source) };
  const isOpen = parseDiagnostics.every(({ code }) => code === unterminatedTemplate);
  return isOpen ? { status: "incomplete", indent: "" } : { status: "invalid" };
}

/** As far in as the last line, and further if it opens a bracket. */
function indentAfter(source: string): string {
  const line = source.slice(source.lastIndexOf("\n") + 1);
  const [indent] = /^\s*/.exec(line)!;
  return /[{([]\s*$/.test(line) ? `${indent}  ` : indent;
}
