import ts from "typescript";
import { bare, type NameObjects } from "./nameObjects";
import { kindOf } from "./topLevel";

type Visit = (node: ts.Node) => ts.Node;

/** Declarations of the shared scope's variables, as assignments to their objects. */
export interface Assignments {
  /** `let a = 1, { b } = c` as one expression; undefined if nothing happens (`var a`). */
  of(list: ts.VariableDeclarationList): ts.Expression | undefined;
  /** What a loop's head assigns to. */
  head(list: ts.VariableDeclarationList): ts.Expression;
  /** A function or class without a name gets the one of what it is assigned to, as JavaScript gives it to variables only. */
  named(name: string, value: ts.Expression): ts.Expression;
}

export function createAssignments(factory: ts.NodeFactory, objects: NameObjects, visit: Visit): Assignments {
  /** A declared name, or the pattern that declares several, as what can be assigned to. */
  function target(name: ts.BindingName, kind: string): ts.Expression {
    if (ts.isIdentifier(name)) return objects.access(name, kind);
    if (ts.isArrayBindingPattern(name))
      return factory.createArrayLiteralExpression(
        name.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return element;
          const part = withDefault(element, kind);
          return element.dotDotDotToken ? factory.createSpreadElement(part) : part;
        }),
      );
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken) return factory.createSpreadAssignment(target(element.name, kind));
        const { propertyName } = element;
        const key = propertyName
          ? ts.visitNode(propertyName, visit, ts.isPropertyName)
          : factory.createIdentifier((element.name as ts.Identifier).text);
        return factory.createPropertyAssignment(key, withDefault(element, kind));
      }),
    );
  }

  function withDefault({ name, initializer }: ts.BindingElement, kind: string): ts.Expression {
    const part = target(name, kind);
    if (!initializer) return part;
    const value = ts.isIdentifier(name)
      ? named(name.text, initializer)
      : ts.visitNode(initializer, visit, ts.isExpression);
    return factory.createAssignment(part, value);
  }

  /** A function or class without a name gets the one of what it is assigned to, as JavaScript gives it to variables only. */
  function named(name: string, value: ts.Expression): ts.Expression {
    const visited = ts.visitNode(value, visit, ts.isExpression);
    if (!isAnonymous(value)) return visited;
    const holder = factory.createObjectLiteralExpression([
      factory.createPropertyAssignment(factory.createStringLiteral(name), visited),
    ]);
    return factory.createElementAccessExpression(
      factory.createParenthesizedExpression(holder),
      factory.createStringLiteral(name),
    );
  }

  return {
    of(list) {
      const kind = kindOf(list);
      const parts = list.declarations.flatMap(({ name, initializer }) => {
        if (!initializer && kind === "var") return [];
        const value =
          initializer === undefined
            ? factory.createVoidZero()
            : ts.isIdentifier(name)
              ? named(name.text, initializer)
              : ts.visitNode(initializer, visit, ts.isExpression);
        const assigned = factory.createAssignment(target(name, kind), value);
        const whole = ts.isIdentifier(name) ? assigned : factory.createParenthesizedExpression(assigned);
        return [ts.setTextRange<ts.Expression>(whole, initializer ?? name)];
      });
      return parts.length === 0
        ? undefined
        : parts.reduce((before, part) => factory.createComma(before, part));
    },
    head: (list) => target(list.declarations[0].name, kindOf(list)),
    named,
  };
}

/** A function, arrow or class expression that JavaScript would name after its variable (parentheses or not). */
function isAnonymous(value: ts.Expression): boolean {
  const code = bare(value);
  if (ts.isArrowFunction(code)) return true;
  return (ts.isFunctionExpression(code) || ts.isClassExpression(code)) && !code.name;
}
