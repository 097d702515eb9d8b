import ts from "typescript";
import { fromRuntime, type NameObjects } from "./nameObjects";

/** Imports, as calls that bind names to what modules export. */
export interface Imports {
  /** What an import does when the cell begins: nothing if it is of types only. */
  importing(statement: ts.ImportDeclaration): ts.Statement[];
  /** `import T = N.T`, where it is a value. */
  aliasing(statement: ts.ImportEqualsDeclaration): ts.Statement[];
}

export function createImports(
  checker: ts.TypeChecker,
  factory: ts.NodeFactory,
  objects: NameObjects,
  visit: (node: ts.Node) => ts.Node,
): Imports {
  return { importing, aliasing };

  function importing(statement: ts.ImportDeclaration): ts.Statement[] {
    const { importClause: clause, moduleSpecifier } = statement;
    const names: [local: string, imported: string][] = [];
    if (clause) {
      if (clause.isTypeOnly) return [];
      const { name, namedBindings } = clause;
      if (name && isValue(name)) names.push([name.text, "default"]);
      if (namedBindings && ts.isNamespaceImport(namedBindings)) names.push([namedBindings.name.text, "*"]);
      else
        for (const each of namedBindings?.elements ?? [])
          if (!each.isTypeOnly && isValue(each.name))
            names.push([each.name.text, (each.propertyName ?? each.name).text]);
      if (names.length === 0) return [];
    }
    const literal = (text: string) => factory.createStringLiteral(text);
    const call = factory.createCallExpression(
      factory.createPropertyAccessExpression(fromRuntime(factory), "import"),
      undefined,
      [
        factory.createIdentifier("require"),
        literal((moduleSpecifier as ts.StringLiteral).text),
        factory.createObjectLiteralExpression(
          names.map(([local, imported]) =>
            factory.createPropertyAssignment(literal(local), literal(imported)),
          ),
        ),
      ],
    );
    return [ts.setTextRange(factory.createExpressionStatement(call), statement)];
  }

  function aliasing(statement: ts.ImportEqualsDeclaration): ts.Statement[] {
    const { name, moduleReference } = statement;
    if (ts.isExternalModuleReference(moduleReference) || !isValue(name)) return [];
    const path = (entity: ts.EntityName): ts.Expression =>
      ts.isIdentifier(entity)
        ? (visit(entity) as ts.Expression)
        : factory.createPropertyAccessExpression(path(entity.left), entity.right.text);
    const assigned = factory.createAssignment(objects.access(name, "const"), path(moduleReference));
    return [factory.createExpressionStatement(assigned)];
  }

  /** Is there anything behind an imported name when the cell runs? If nothing is known of it, there may be. */
  function isValue(name: ts.Identifier): boolean {
    const symbol = objects.symbolOf(name);
    if (!symbol) return true;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return checker.isUnknownSymbol(target) || (target.flags & ts.SymbolFlags.Value) !== 0;
  }
}
