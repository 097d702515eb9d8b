import ts from "typescript";
import { guardName, walkName } from "../awaitNames";

/** `await x` becomes `await guard(x)`, `for await (... of x)` goes through `walk(x)`, so that an interrupt can end them. */
export function stopAwaits(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const through = (name: string, expression: ts.Expression) =>
    ts.setTextRange(
      factory.createCallExpression(factory.createIdentifier(name), undefined, [expression]),
      expression,
    );
  const visit = (node: ts.Node): ts.Node => {
    const inner = ts.visitEachChild(node, visit, context);
    if (ts.isAwaitExpression(inner))
      return factory.updateAwaitExpression(inner, through(guardName, inner.expression));
    if (!ts.isForOfStatement(inner) || !inner.awaitModifier) return inner;
    const { awaitModifier, initializer, expression, statement } = inner;
    return factory.updateForOfStatement(
      inner,
      awaitModifier,
      initializer,
      through(walkName, expression),
      statement,
    );
  };
  return (file) => ts.visitEachChild(file, visit, context);
}

/** Does a cell wait outside of every function? Then it runs as an asynchronous one. */
export function waitsAtTop(file: ts.SourceFile): boolean {
  const found = (node: ts.Node): boolean =>
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (ts.isVariableDeclarationList(node) &&
      (node.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing) ||
    (!ts.isFunctionLike(node) && (ts.forEachChild(node, (child) => found(child) || undefined) ?? false));
  return found(file);
}
