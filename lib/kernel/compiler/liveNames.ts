import ts from "typescript-api";
import { isAmbient, kindOf, namesIn } from "./topLevel";

/** What the code of a cell finds in its `exports` (lib/kernel/cells/scope.ts). */
const runtime = "cells";
/** Under which name a cell's code leaves its last value, in an object of its own. */
export const lastValue = "lastValue";

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
  const top = topSymbols(file, isBound);
  const objects = new Map<string, string>(); // name -> the variable that holds its object
  const hoisted: ts.Statement[] = [];
  /** namespaces and enums that are being walked through: they call themselves by a name of their own */
  const inside = new Set<ts.Symbol>();

  const own = file.statements.filter((statement) => statement.pos < end);
  const result = [...own]
    .reverse()
    .find((statement) => !ts.isEmptyStatement(statement) && !isErased(statement));
  const statements = own.flatMap((statement) => {
    if (statement === result && ts.isExpressionStatement(statement)) return [asResult(statement)];
    return topStatement(statement);
  });
  const beginning = [directive(), ...(objects.size > 0 ? [objectsDeclaration()] : []), ...hoisted];
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
      const load = factory.createPropertyAccessExpression(fromRuntime(), "importLater");
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
    const pair = ts.setTextRange(factory.createComma(factory.createNumericLiteral(0), callee), callee);
    return ts.setTextRange(factory.createParenthesizedExpression(pair), callee);
  }

  function property(node: ts.ShorthandPropertyAssignment): ts.ObjectLiteralElementLike {
    const symbol = checker.getShorthandAssignmentValueSymbol(node);
    const initial = node.objectAssignmentInitializer;
    if (!symbol || !top.has(symbol) || inside.has(symbol)) return visitBut(node, node.name);
    const target = access(node.name);
    const value = initial ? factory.createAssignment(target, named(node.name.text, initial)) : target;
    return ts.setTextRange(
      factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value),
      node,
    );
  }

  /** `let a = 1, { b } = c` as one expression; undefined if nothing happens (`var a`). */
  function assignments(list: ts.VariableDeclarationList): ts.Expression | undefined {
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
    return parts.length === 0 ? undefined : parts.reduce((before, part) => factory.createComma(before, part));
  }

  /** What a loop's head assigns to. */
  function head(list: ts.VariableDeclarationList): ts.Expression {
    return target(list.declarations[0].name, kindOf(list));
  }

  /** A declared name, or the pattern that declares several, as what can be assigned to. */
  function target(name: ts.BindingName, kind: string): ts.Expression {
    if (ts.isIdentifier(name)) return access(name, kind);
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

  /** `import T = N.T`, where it is a value. */
  function aliasing(statement: ts.ImportEqualsDeclaration): ts.Statement[] {
    const { name, moduleReference } = statement;
    if (ts.isExternalModuleReference(moduleReference) || !isValue(name)) return [];
    const path = (entity: ts.EntityName): ts.Expression =>
      ts.isIdentifier(entity)
        ? (visit(entity) as ts.Expression)
        : factory.createPropertyAccessExpression(path(entity.left), entity.right.text);
    const assigned = factory.createAssignment(access(name, "const"), path(moduleReference));
    return [factory.createExpressionStatement(assigned)];
  }

  /** What an import does when the cell begins: nothing if it is of types only. */
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
      factory.createPropertyAccessExpression(fromRuntime(), "import"),
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

  function asResult(statement: ts.ExpressionStatement): ts.Statement {
    const value = factory.createPropertyAssignment(
      "value",
      ts.visitNode(statement.expression, visit, ts.isExpression),
    );
    const assigned = factory.createAssignment(
      factory.createPropertyAccessExpression(factory.createIdentifier("exports"), lastValue),
      factory.createObjectLiteralExpression([value]),
    );
    return ts.setTextRange(factory.createExpressionStatement(assigned), statement);
  }

  /** `$name.let = name` */
  function handOver(name: ts.Identifier): ts.Statement {
    const given = factory.createAssignment(access(name, "let", true), factory.createIdentifier(name.text));
    return factory.createExpressionStatement(given);
  }

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

  function objectsDeclaration(): ts.Statement {
    const elements = [...objects.values()].map((object) =>
      factory.createBindingElement(undefined, undefined, object),
    );
    const names = [...objects.keys()].map((name) => factory.createStringLiteral(name));
    const call = factory.createCallExpression(
      factory.createPropertyAccessExpression(fromRuntime(), "names"),
      undefined,
      names,
    );
    const pattern = factory.createArrayBindingPattern(elements);
    const declaration = factory.createVariableDeclaration(pattern, undefined, undefined, call);
    return factory.createVariableStatement(
      undefined,
      factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
    );
  }

  function fromRuntime(): ts.Expression {
    return factory.createPropertyAccessExpression(factory.createIdentifier("exports"), runtime);
  }

  function directive(): ts.Statement {
    return factory.createExpressionStatement(factory.createStringLiteral("use strict"));
  }

  function symbolOf(name: ts.Identifier): ts.Symbol | undefined {
    return checker.getSymbolAtLocation(name);
  }

  function refers(name: ts.Identifier): boolean {
    const symbol = symbolOf(name);
    return symbol !== undefined && top.has(symbol) && !inside.has(symbol);
  }

  /** A top-level name, whatever types and parentheses are around it. */
  function isReference(node: ts.Expression): boolean {
    const name = bare(node);
    return ts.isIdentifier(name) && refers(name);
  }

  function nameIn(node: ts.Expression): string {
    return (bare(node) as ts.Identifier).text;
  }

  /** Are these variables of the scope? All of a list are, or none. */
  function isShared(list: ts.VariableDeclarationList): boolean {
    const [first] = list.declarations.flatMap(({ name }) => namesIn(name));
    const symbol = first && symbolOf(first);
    if (!symbol || !top.has(symbol) || inside.has(symbol)) return false;
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

  /** Is there anything behind an imported name when the cell runs? If nothing is known of it, there may be. */
  function isValue(name: ts.Identifier): boolean {
    const symbol = symbolOf(name);
    if (!symbol) return true;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return checker.isUnknownSymbol(target) || (target.flags & ts.SymbolFlags.Value) !== 0;
  }
}

/** What the names at a cell's top level are to the checker, those from other cells among them. */
function topSymbols(file: ts.SourceFile, isBound: (name: string) => boolean): Set<ts.Symbol> {
  const { locals = new Map() } = file as ts.SourceFile & { locals?: Map<string, ts.Symbol> }; // the binder's
  return new Set([...locals].filter(([name]) => isBound(name)).map(([, symbol]) => symbol));
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

/** A function, arrow or class expression that JavaScript would name after its variable (parentheses or not). */
function isAnonymous(value: ts.Expression): boolean {
  const code = bare(value);
  if (ts.isArrowFunction(code)) return true;
  return (ts.isFunctionExpression(code) || ts.isClassExpression(code)) && !code.name;
}

/** An expression without parentheses and what only says its type. */
function bare(node: ts.Expression): ts.Expression {
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
