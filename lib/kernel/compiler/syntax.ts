import type TypeScript from "@tslab/typescript-for-tslab";
import { loadTypeScript, tslabRequire } from "../tslab";
import type { Insertion } from "./cellTrail";

/** Can a console run this, does it wait for more (then with how much indentation), or is it no TypeScript? */
export type Completeness = { status: "complete" | "invalid" } | { status: "incomplete"; indent: string };

const unterminatedTemplate = 1160;

/** A cell's text as a tree whose nodes know their parents. */
export function parseCell(source: string): TypeScript.SourceFile {
  const ts = loadTypeScript();
  return ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
}

/** Two empty lines at the end count as complete, whatever is before them. */
export function isCompleteCell(source: string): Completeness {
  const { isCompleteCode } = tslabRequire()("./dist/converter.js") as typeof import("tslab/dist/converter");
  const { completed, indent = "" } = isCompleteCode(source);
  if (!completed) return { status: "incomplete", indent };
  if (/(^|\n)\s*\n\s*$/.test(source)) return { status: "complete" };
  const file = parseCell(source);
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: TypeScript.Diagnostic[] };
  if (parseDiagnostics.length === 0) return { status: "complete" };
  const isOpen = parseDiagnostics.every(({ code }) => code === unterminatedTemplate);
  return isOpen ? { status: "incomplete", indent: "" } : { status: "invalid" };
}

/** Is there a `for await` outside of every function? tslab takes such a cell for a synchronous one. */
export function hasTopLevelForAwait(source: string): boolean {
  if (!/\bfor\s+await\b/.test(source)) return false;
  const ts = loadTypeScript();
  const found = (node: TypeScript.Node): boolean =>
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (!ts.isFunctionLike(node) && (ts.forEachChild(node, (child) => found(child) || undefined) ?? false));
  return found(parseCell(source));
}

/** Declarations of a cell's names for later cells when their types cannot be written down: imports, and `any`. */
export function looseDeclarations(source: string): string {
  const ts = loadTypeScript();
  const file = parseCell(source);
  const lines: string[] = [];
  const declare = (name: TypeScript.BindingName): void => {
    if (ts.isIdentifier(name)) lines.push(`declare let ${name.text}: any;`);
    else for (const element of name.elements) if (ts.isBindingElement(element)) declare(element.name);
  };
  for (const statement of file.statements) {
    if (
      ts.isImportDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    ) {
      lines.push(statement.getText());
    } else if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) declare(name);
    } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name) {
      declare(statement.name);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** A cell's text with something put in. */
export interface SpelledSource {
  text: string;
  insertions: Insertion[];
}

/**
 * `{ trait }` as `{ trait: trait }`: tslab's compiler finds a variable of an earlier cell in the second, not in the first.
 */
export function spellShorthands(source: string): SpelledSource {
  const ts = loadTypeScript();
  const file = parseCell(source);
  const insertions: Insertion[] = [];
  const pieces: string[] = [];
  let from = 0;
  const visit = (node: TypeScript.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer) {
      const end = node.name.getEnd();
      const addition = `: ${node.name.text}`;
      const { line, character } = file.getLineAndCharacterOfPosition(end);
      insertions.push({ line: line + 1, column: character + 1, length: addition.length });
      pieces.push(source.slice(from, end), addition);
      from = end;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { text: pieces.join("") + source.slice(from), insertions };
}
