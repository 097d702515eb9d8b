import ts from "typescript";

/** What the code of a cell finds in its `exports` (lib/kernel/cells/scope.ts). */
const runtime = "cells";

/** Which names of a cell are the shared scope's, and the objects that stand for them in its code. */
export interface NameObjects {
  /** namespaces and enums that are being walked through: they call themselves by a name of their own */
  inside: Set<ts.Symbol>;
  symbolOf(name: ts.Identifier): ts.Symbol | undefined;
  /** Is it one of the scope's, here? */
  isShared(symbol: ts.Symbol | undefined): symbol is ts.Symbol;
  refers(name: ts.Identifier): boolean;
  /** A top-level name, whatever types and parentheses are around it. */
  isReference(node: ts.Expression): boolean;
  /** The property of the object instead of the name: `$name.value`. @param synthesized it stands for nothing in the text */
  access(name: ts.Identifier, key?: string, synthesized?: boolean): ts.PropertyAccessExpression;
  /** `$name.let = name` */
  handOver(name: ts.Identifier): ts.Statement;
  /** Where the objects come from; nothing if none was asked for. */
  declaration(): ts.Statement[];
}

/** @param isBound is this top-level name one of the shared scope's? */
export function createNameObjects(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  isBound: (name: string) => boolean,
  factory: ts.NodeFactory,
): NameObjects {
  const top = topSymbols(file, isBound);
  const objects = new Map<string, string>(); // name -> the variable that holds its object
  const inside = new Set<ts.Symbol>();
  const symbolOf = (name: ts.Identifier) => checker.getSymbolAtLocation(name);
  const isShared = (symbol: ts.Symbol | undefined): symbol is ts.Symbol =>
    symbol !== undefined && top.has(symbol) && !inside.has(symbol);
  const refers = (name: ts.Identifier) => isShared(symbolOf(name));

  /** The object's property instead of the name. */
  function access(name: ts.Identifier, key = "value", synthesized = false): ts.PropertyAccessExpression {
    let object = objects.get(name.text);
    if (!object) {
      object = `$${name.text}`;
      const taken = new Set(objects.values());
      while (file.text.includes(object) || taken.has(object)) object = `$${object}`;
      objects.set(name.text, object);
    }
    const whole = factory.createPropertyAccessExpression(factory.createIdentifier(object), key);
    return synthesized ? whole : ts.setTextRange(whole, name);
  }

  return {
    inside,
    symbolOf,
    isShared,
    refers,
    isReference(node) {
      const name = bare(node);
      return ts.isIdentifier(name) && refers(name);
    },
    access,
    handOver(name) {
      const given = factory.createAssignment(access(name, "let", true), factory.createIdentifier(name.text));
      return factory.createExpressionStatement(given);
    },
    declaration() {
      if (objects.size === 0) return [];
      const elements = [...objects.values()].map((object) =>
        factory.createBindingElement(undefined, undefined, object),
      );
      const names = [...objects.keys()].map((name) => factory.createStringLiteral(name));
      const call = factory.createCallExpression(
        factory.createPropertyAccessExpression(fromRuntime(factory), "names"),
        undefined,
        names,
      );
      const pattern = factory.createArrayBindingPattern(elements);
      const declaration = factory.createVariableDeclaration(pattern, undefined, undefined, call);
      const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
      return [factory.createVariableStatement(undefined, list)];
    },
  };
}

/** What compiled cells call, `exports.cells`. */
export function fromRuntime(factory: ts.NodeFactory): ts.Expression {
  return factory.createPropertyAccessExpression(factory.createIdentifier("exports"), runtime);
}

/** An expression without parentheses and what only says its type. */
export function bare(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  )
    inner = inner.expression;
  return inner;
}

/** What the names at a cell's top level are to the checker, those from other cells among them. */
function topSymbols(file: ts.SourceFile, isBound: (name: string) => boolean): Set<ts.Symbol> {
  const { locals = new Map() } = file as ts.SourceFile & { locals?: Map<string, ts.Symbol> }; // the binder's
  return new Set([...locals].filter(([name]) => isBound(name)).map(([, symbol]) => symbol));
}
