import ts from "typescript";
import { createAssignments } from "./assignments";
import { createImports } from "./imports";
import { asLastValue, nameless } from "./lastValue";
import { bare, createNameObjects, fromRuntime } from "./nameObjects";
import { isAmbient, kindOf, namesIn } from "./topLevel";

/**
 * Rewrites a cell so that its top-level names, and those of other cells, are one live scope: whatever a cell declares or
 * uses at the top level becomes the property `value` of an object that all cells share.
 *
 * ```
 * let alpha = 5;                        const [$alpha, $scaled] = exports.cells.names("alpha", "scaled");
 * const scaled = (x) => alpha * x;      $alpha.let = 5;
 * scaled(1)                             $scaled.const = { scaled: (x) => $alpha.value * x }.scaled;
 *                                       exports.lastValue = { value: (0, $scaled.value)(1) };
 * ```
 *
 * What an identifier means is the type checker's word, so that parameters and variables of inner blocks stay what they
 * are. Functions, classes, enums and namespaces are declared as they were written and then handed to the scope; imports
 * become live bindings to the module's exports.
 *
 * @param isBound is this top-level name one of the shared scope's? (not what is declared elsewhere, nor a `using`)
 * @param end where the cell's own text ends; what is behind it is for the checker only
 */
export function liveNames(
  checker: ts.TypeChecker,
  isBound: (name: string) => boolean,
  end: number,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => rewrite(file, checker, isBound, end, context);
}

function rewrite(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  isBound: (name: string) => boolean,
  end: number,
  context: ts.TransformationContext,
): ts.SourceFile {
  const { factory } = context;
  const objects = createNameObjects(file, checker, isBound, factory);
  const { access, handOver, inside, isReference, refers, symbolOf } = objects;
  const { of: assignments, head, named } = createAssignments(factory, objects, visit);
  const { aliasing, importing } = createImports(checker, factory, objects, visit);
  const hoisted: ts.Statement[] = [];

  const own = file.statements.filter((statement) => statement.pos < end);
  const result = [...own]
    .reverse()
    .find((statement) => !ts.isEmptyStatement(statement) && !isErased(statement));
  const statements = own.flatMap((statement) => {
    if (statement === result && ts.isExpressionStatement(statement)) {
      const value = ts.visitNode(statement.expression, visit, ts.isExpression);
      return [ts.setTextRange(asLastValue(value, factory), statement)];
    }
    return topStatement(statement);
  });
  const beginning = [directive(), ...objects.declaration(), ...hoisted];
  return factory.updateSourceFile(file, [...beginning, ...statements]);

  function topStatement(statement: ts.Statement): ts.Statement[] {
    if (isErased(statement)) return [];
    if (ts.isImportDeclaration(statement)) {
      hoisted.push(...importing(statement));
      return [];
    }
    if (ts.isImportEqualsDeclaration(statement)) return aliasing(statement);
    if (ts.isFunctionDeclaration(statement) && statement.name) {
      if (statement.body) hoisted.push(handOver(statement.name));
      return [visitBut(statement, statement.name)];
    }
    if (ts.isClassDeclaration(statement) && statement.name) return classStatement(statement, statement.name);
    if (ts.isEnumDeclaration(statement)) return [within(statement), handOver(statement.name)];
    if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
      const isValue = (symbolOf(statement.name)?.flags ?? 0) & ts.SymbolFlags.ValueModule;
      return isValue ? [within(statement), handOver(statement.name)] : [];
    }
    return [ts.visitNode(statement, visit, ts.isStatement)];
  }

  function visit(node: ts.Node): ts.Node {
    if (ts.isExpressionWithTypeArguments(node)) return ts.visitEachChild(node, visit, context);
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      return node;
    if (ts.isImportEqualsDeclaration(node)) return node;
    if (ts.isIdentifier(node)) return refers(node) ? access(node) : node;
    if (ts.isShorthandPropertyAssignment(node)) return property(node);
    if (ts.isVariableStatement(node) && isShared(node.declarationList)) {
      const expression = assignments(node.declarationList);
      if (!expression) return ts.setTextRange(factory.createEmptyStatement(), node);
      return ts.setTextRange(factory.createExpressionStatement(expression), node);
    }
    if (ts.isForStatement(node) && node.initializer && isList(node.initializer) && isShared(node.initializer))
      return factory.updateForStatement(
        node,
        assignments(node.initializer),
        node.condition && ts.visitNode(node.condition, visit, ts.isExpression),
        node.incrementor && ts.visitNode(node.incrementor, visit, ts.isExpression),
        ts.visitNode(node.statement, visit, ts.isStatement),
      );
    if (ts.isForInStatement(node) && isList(node.initializer) && isShared(node.initializer))
      return factory.updateForInStatement(
        node,
        head(node.initializer),
        ts.visitNode(node.expression, visit, ts.isExpression),
        ts.visitNode(node.statement, visit, ts.isStatement),
      );
    if (ts.isForOfStatement(node) && isList(node.initializer) && isShared(node.initializer))
      return factory.updateForOfStatement(
        node,
        node.awaitModifier,
        head(node.initializer),
        ts.visitNode(node.expression, visit, ts.isExpression),
        ts.visitNode(node.statement, visit, ts.isStatement),
      );
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && isReference(node.left)) {
      const { left, operatorToken, right } = node;
      const target = ts.visitNode(left, visit, ts.isExpression);
      return factory.updateBinaryExpression(node, target, operatorToken, named(nameIn(left), right));
    }
    if (ts.isCallExpression(node)) return call(node);
    const inner = ts.visitEachChild(node, visit, context);
    if (ts.isTaggedTemplateExpression(node) && ts.isTaggedTemplateExpression(inner) && isReference(node.tag))
      return factory.updateTaggedTemplateExpression(inner, withoutThis(inner.tag), undefined, inner.template);
    return inner;
  }

  /** What is in a node, but its own name. */
  function visitBut<T extends ts.Node>(node: T, name: ts.Node): T {
    return ts.visitEachChild(node, (child) => (child === name ? child : visit(child)), context);
  }

  /** A function that is a top-level name is called without `this`; `import()` means what it means in a file here. */
  function call(node: ts.CallExpression): ts.Expression {
    const inner = ts.visitEachChild(node, visit, context);
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const load = factory.createPropertyAccessExpression(fromRuntime(factory), "importLater");
      const args = [factory.createIdentifier("require"), ...inner.arguments.slice(0, 1)];
      return ts.setTextRange(factory.createCallExpression(load, undefined, args), node);
    }
    if (!isReference(node.expression)) return inner;
    const { questionDotToken, arguments: args } = inner;
    const callee = withoutThis(inner.expression);
    return ts.isCallChain(inner)
      ? factory.updateCallChain(inner, callee, questionDotToken, undefined, args)
      : factory.updateCallExpression(inner, callee, undefined, args);
  }

  function withoutThis<T extends ts.Expression>(callee: T): ts.LeftHandSideExpression {
    return ts.setTextRange(nameless(callee, factory), callee);
  }

  function property(node: ts.ShorthandPropertyAssignment): ts.ObjectLiteralElementLike {
    const symbol = checker.getShorthandAssignmentValueSymbol(node);
    const initial = node.objectAssignmentInitializer;
    if (!objects.isShared(symbol)) return visitBut(node, node.name);
    const target = access(node.name);
    const value = initial ? factory.createAssignment(target, named(node.name.text, initial)) : target;
    return ts.setTextRange(
      factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value),
      node,
    );
  }

  /** The class is in the scope before its static parts run, which may call it by its name. */
  function classStatement(statement: ts.ClassDeclaration, name: ts.Identifier): ts.Statement[] {
    const early = factory.createExpressionStatement(
      factory.createAssignment(access(name, "let", true), factory.createThis()),
    );
    const block = factory.createClassStaticBlockDeclaration(factory.createBlock([early]));
    const { modifiers, typeParameters, heritageClauses, members } = visitBut(statement, name);
    const whole = factory.updateClassDeclaration(
      statement,
      modifiers,
      statement.name,
      typeParameters,
      heritageClauses,
      [block, ...members],
    );
    return [whole, handOver(name)];
  }

  /** An enum or a namespace, whose own name means itself inside of it. */
  function within<T extends ts.EnumDeclaration | ts.ModuleDeclaration>(statement: T): T {
    const symbol = symbolOf(statement.name as ts.Identifier);
    if (symbol) inside.add(symbol);
    const visited = visitBut(statement, statement.name);
    if (symbol) inside.delete(symbol);
    return visited;
  }

  function directive(): ts.Statement {
    return factory.createExpressionStatement(factory.createStringLiteral("use strict"));
  }

  function nameIn(node: ts.Expression): string {
    return (bare(node) as ts.Identifier).text;
  }

  /** Are these variables of the scope? All of a list are, or none. */
  function isShared(list: ts.VariableDeclarationList): boolean {
    const [first] = list.declarations.flatMap(({ name }) => namesIn(name));
    const symbol = first && symbolOf(first);
    if (!objects.isShared(symbol)) return false;
    if (kindOf(list) === "var") {
      for (const name of list.declarations.flatMap((each) => namesIn(each.name))) hoistVar(name);
    }
    return true;
  }

  /** `$name.hoist()`: a `var` is there from the beginning. */
  function hoistVar(name: ts.Identifier): void {
    const call = factory.createCallExpression(access(name, "hoist", true), undefined, []);
    hoisted.push(factory.createExpressionStatement(call));
  }
}

/** Is a statement for the checker only? */
function isErased(statement: ts.Statement): boolean {
  return isAmbient(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
}

function isList(node: ts.ForInitializer): node is ts.VariableDeclarationList {
  return ts.isVariableDeclarationList(node);
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  const { EqualsToken, BarBarEqualsToken, AmpersandAmpersandEqualsToken, QuestionQuestionEqualsToken } =
    ts.SyntaxKind;
  const kinds = [EqualsToken, BarBarEqualsToken, AmpersandAmpersandEqualsToken, QuestionQuestionEqualsToken];
  return (kinds as ts.SyntaxKind[]).includes(kind);
}
