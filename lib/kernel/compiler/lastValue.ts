import ts from "typescript";
import { bare } from "./nameObjects";

/** Under which name a cell's code leaves its last value, in an object of its own. */
export const lastValue = "lastValue";

/** `exports.lastValue = { value: ... }` */
export function asLastValue(value: ts.Expression, factory: ts.NodeFactory): ts.Statement {
  // a property would give its name to a function that has none
  const given = isNameless(value) ? nameless(value, factory) : value;
  const assigned = factory.createAssignment(
    factory.createPropertyAccessExpression(factory.createIdentifier("exports"), lastValue),
    factory.createObjectLiteralExpression([factory.createPropertyAssignment("value", given)]),
  );
  return factory.createExpressionStatement(assigned);
}

/** `(0, x)`: neither a call's `this` nor a function's name is found through it. */
export function nameless(value: ts.Expression, factory: ts.NodeFactory): ts.ParenthesizedExpression {
  const pair = ts.setTextRange(factory.createComma(factory.createNumericLiteral(0), value), value);
  return factory.createParenthesizedExpression(pair);
}

/** Is it a function or a class that is called by what it is assigned to? */
function isNameless(value: ts.Expression): boolean {
  const whole = bare(value);
  return (
    ts.isArrowFunction(whole) ||
    ((ts.isFunctionExpression(whole) || ts.isClassExpression(whole)) && whole.name === undefined)
  );
}
