import type TypeScript from "@tslab/typescript-for-tslab";
import { loadTypeScript } from "./tslab";

/** Is there a `for await` outside of every function? tslab takes such a cell for a synchronous one. */
export function hasTopLevelForAwait(source: string): boolean {
  if (!/\bfor\s+await\b/.test(source)) return false;
  const ts = loadTypeScript();
  const found = (node: TypeScript.Node): boolean =>
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (!ts.isFunctionLike(node) && (ts.forEachChild(node, (child) => found(child) || undefined) ?? false));
  return found(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true));
}

/** Declarations of a cell's names for later cells when their types cannot be written down: imports, and `any`. */
export function looseDeclarations(source: string): string {
  const ts = loadTypeScript();
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
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
