import { loadTypeScript } from "../tslab";
import { parseCell } from "./syntax";

/** A name that a cell imports. */
export interface ImportedName {
  local: string;
  /** the exported name, "default", or "*" for the whole module */
  imported: string;
  specifier: string;
}

/** The values that a cell's text imports; types and `import "..."` bring none. */
export function importedNames(source: string): ImportedName[] {
  const ts = loadTypeScript();
  const found: ImportedName[] = [];
  for (const statement of parseCell(source).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const { importClause: clause, moduleSpecifier } = statement;
    if (!clause || clause.isTypeOnly) continue;
    const specifier = moduleSpecifier.text;
    const add = (local: string, imported: string) => found.push({ local, imported, specifier });
    if (clause.name) add(clause.name.text, "default");
    const named = clause.namedBindings;
    if (named && ts.isNamespaceImport(named)) add(named.name.text, "*");
    else if (named)
      for (const { name, propertyName } of named.elements) add(name.text, (propertyName ?? name).text);
  }
  return found;
}

/** The import lines of several cells. */
export function importLines(sources: string[]): string {
  const ts = loadTypeScript();
  const lines = sources.flatMap((source) =>
    parseCell(source)
      .statements.filter(ts.isImportDeclaration)
      .map((statement) => statement.getText()),
  );
  return lines.join("\n");
}
