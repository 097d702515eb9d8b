import { readNotebook, sourceOf } from "./notebookFile";
import { loadTypeScript } from "./tslab";

/** The import lines of all code cells of a notebook; none if there is no such notebook. */
export function notebookImports(path: string): string {
  const ts = loadTypeScript();
  let cells: string[];
  try {
    cells = readNotebook(path)
      .cells.filter((cell) => cell.cell_type === "code")
      .map(sourceOf);
  } catch {
    return "";
  }
  const lines = cells.flatMap((source) =>
    ts
      .createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true)
      .statements.filter(ts.isImportDeclaration)
      .map((statement) => statement.getText()),
  );
  return lines.join("\n");
}
