import ts from "typescript";
import type { CellDiagnostic } from "./compilation";

/** Names that have a type where cells are written and nothing behind it where they run. */
export interface ForeignNames {
  /** What a cell uses of them. @param end where its own text ends */
  complaints(program: ts.Program, file: ts.SourceFile, end: number): CellDiagnostic[];
  isForeign(symbol: ts.Symbol): boolean;
}

/** What a file of CommonJS has and a cell has not. */
const ofFiles = new Set(["__dirname", "__filename", "module", "exports"]);

/**
 * The files that cells import may be for a page as well, so the browser's names are known to the checker; a cell can't use
 * those that are not there where it runs.
 */
export function createForeignNames(isGlobal: (name: string) => boolean): ForeignNames {
  function isForeign({ name, declarations = [] }: ts.Symbol): boolean {
    if (declarations.length === 0) return false;
    const isFrom = (where: RegExp) => declarations.every((each) => where.test(each.getSourceFile().fileName));
    if (ofFiles.has(name)) return isFrom(/\/@types\/node\//);
    return !isGlobal(name) && isFrom(/\/lib\.(dom|webworker|scripthost)(\.\w+)?\.d\.ts$/);
  }
  return {
    isForeign,
    complaints(program, file, end) {
      const checker = program.getTypeChecker();
      const found: CellDiagnostic[] = [];
      const visit = (node: ts.Node): void => {
        if (node.pos >= end || (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node))) return;
        if (ts.isIdentifier(node) && (ofFiles.has(node.text) || !isGlobal(node.text)) && isFree(node)) {
          const symbol = checker.getSymbolAtLocation(node);
          if (symbol && isForeign(symbol)) found.push(complaint(file, node));
        }
        ts.forEachChild(node, visit);
      };
      ts.forEachChild(file, visit);
      return found;
    },
  };
}

function isFree(node: ts.Identifier): boolean {
  const { parent } = node;
  return !(ts.isPropertyAccessExpression(parent) && parent.name === node);
}

function complaint(file: ts.SourceFile, node: ts.Identifier): CellDiagnostic {
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  const ofFile = node.text.startsWith("__") ? "; process.cwd() is the notebook's folder" : "";
  const where = ofFiles.has(node.text)
    ? `a file's, and a cell is none${ofFile}`
    : "a page's, and cells run outside of one";
  const message = `Cannot find name '${node.text}': it is ${where}.`;
  return { line: line + 1, column: character + 1, code: 2304, message };
}
