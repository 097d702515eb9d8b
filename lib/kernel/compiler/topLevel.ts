import ts from "typescript";

/** How a cell declares one of its top-level names. */
export type Kind =
  | "let"
  | "const"
  | "var"
  | "using"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "type"
  | "import";

/** A name that a cell declares at its top level. */
export interface Declared {
  kind: Kind;
  /** it also means a type, or may (an import) */
  isType: boolean;
  /** `declare`: it is elsewhere, the cell only says so */
  ambient: boolean;
}

/**
 * A cell as it is compiled: what it exports is its own all the same, so `export` is blanked out, and everything else
 * keeps its place.
 */
export function withoutExports(source: string): string {
  if (!/\bexport\b/.test(source)) return source;
  let text = source;
  const put = (from: number, to: number, word = "") => {
    const kept = text.slice(from, to).replace(/[^\r\n]/g, " ");
    text = text.slice(0, from) + word + kept.slice(word.length) + text.slice(to);
  };
  for (const statement of parse(source).statements) {
    if (ts.isExportDeclaration(statement)) {
      const { moduleSpecifier, exportClause } = statement;
      if (!moduleSpecifier) put(statement.getStart(), statement.end);
      else put(statement.getStart(), exportClause?.getStart() ?? moduleSpecifier.getStart(), "import");
    } else if (ts.isExportAssignment(statement)) {
      put(statement.getStart(), statement.expression.getStart());
    } else if (ts.canHaveModifiers(statement)) {
      for (const modifier of ts.getModifiers(statement) ?? [])
        if (modifier.kind === ts.SyntaxKind.ExportKeyword || modifier.kind === ts.SyntaxKind.DefaultKeyword)
          put(modifier.getStart(), modifier.end);
    }
  }
  return text;
}

/** The names that a cell declares at its top level; a `var` belongs there from inside blocks and loops, too. */
export function topLevelNames(source: string): Map<string, Declared> {
  const names = new Map<string, Declared>();
  const add = (name: string, kind: Kind, isType: boolean, ambient = false) => {
    const before = names.get(name);
    const isValue = before && before.kind !== "type" && (kind === "type" || kind === "namespace");
    names.set(name, {
      kind: isValue ? before.kind : kind,
      isType: isType || (before?.isType ?? false),
      ambient: ambient && (before?.ambient ?? true),
    });
  };
  const variables = (list: ts.VariableDeclarationList, ambient = false) => {
    for (const { name } of list.declarations)
      for (const each of namesIn(name)) add(each.text, kindOf(list), false, ambient);
  };
  for (const statement of parse(source).statements) {
    const ambient = isAmbient(statement);
    if (ts.isVariableStatement(statement)) variables(statement.declarationList, ambient);
    else if (ts.isFunctionDeclaration(statement) && statement.name)
      add(statement.name.text, "function", false, ambient);
    else if (ts.isClassDeclaration(statement) && statement.name)
      add(statement.name.text, "class", true, ambient);
    else if (ts.isEnumDeclaration(statement)) add(statement.name.text, "enum", true, ambient);
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      add(statement.name.text, "type", true);
    else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name) && !isGlobal(statement))
      add(statement.name.text, "namespace", true, ambient);
    else if (ts.isImportEqualsDeclaration(statement)) add(statement.name.text, "import", true);
    else if (ts.isImportDeclaration(statement))
      for (const name of importedNames(statement)) add(name.text, "import", true);
    else visitVars(statement, variables);
  }
  return names;
}

/** The names of variables that a declaration or its pattern brings. */
export function namesIn(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []));
}

/** What kind of variables a list declares. */
export function kindOf(list: ts.VariableDeclarationList): "let" | "const" | "var" | "using" {
  const { Using, AwaitUsing, Const, Let } = ts.NodeFlags;
  const scoped = list.flags & ts.NodeFlags.BlockScoped;
  if (scoped === Using || scoped === AwaitUsing) return "using";
  return scoped === Const ? "const" : scoped === Let ? "let" : "var";
}

/** Does a statement only say what is elsewhere (`declare ...`)? */
export function isAmbient(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

/** The import lines of several cells. */
export function importLines(sources: string[]): string {
  const lines = sources.flatMap((source) =>
    parse(source)
      .statements.filter(ts.isImportDeclaration)
      .map((statement) => statement.getText()),
  );
  return lines.join("\n");
}

/** A cell's text as a tree whose nodes know their parents. */
export function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
}

function isGlobal(statement: ts.ModuleDeclaration): boolean {
  return (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

function importedNames({ importClause: clause }: ts.ImportDeclaration): ts.Identifier[] {
  if (!clause) return [];
  const { name, namedBindings } = clause;
  const named = !namedBindings
    ? []
    : ts.isNamespaceImport(namedBindings)
      ? [namedBindings.name]
      : namedBindings.elements.map((element) => element.name);
  return name ? [name, ...named] : named;
}

/** Walks through the `var`s of blocks and loops, not of functions. */
function visitVars(node: ts.Node, found: (list: ts.VariableDeclarationList) => void): void {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
  if (ts.isVariableDeclarationList(node) && kindOf(node) === "var") found(node);
  ts.forEachChild(node, (child) => visitVars(child, found));
}
