import { randomUUID } from "node:crypto";
import { joinLines, type NotebookCell, type NotebookFile } from "./notebookFormat";

/**
 * A notebook of format 4.x from its file's text; cells without an id get one, so that it is of format 4.5 from here on.
 * @param name the file's, in messages
 * @throws Error when the text is no such notebook
 */
export function parseNotebook(text: string, name: string): NotebookFile {
  const refuse = (found: string): never => {
    throw new Error(`${name}: expected a Jupyter notebook of format 4, found ${found}`);
  };
  let notebook: NotebookFile;
  try {
    notebook = JSON.parse(text);
  } catch (error) {
    return refuse(`no JSON (${(error as Error).message})`);
  }
  if (typeof notebook !== "object" || notebook === null || !Array.isArray(notebook.cells))
    return refuse("no cells");
  if (notebook.nbformat !== 4) return refuse(`format ${notebook.nbformat}`);
  for (const [i, cell] of notebook.cells.entries()) {
    if (!["code", "markdown", "raw"].includes(cell?.cell_type))
      return refuse(`cell ${i} of type ${cell?.cell_type}`);
    const wrong = wrongPart(cell);
    if (wrong) return refuse(`cell ${i} with ${wrong}`);
    cell.id ??= randomUUID().slice(0, 8);
    cell.metadata ??= {};
  }
  notebook.metadata ??= {};
  notebook.nbformat_minor = Math.max(5, notebook.nbformat_minor ?? 0);
  return joinLines(notebook);
}

/** What of a cell is not as the format has it, in words. */
function wrongPart({ source, metadata, outputs }: NotebookCell): string | undefined {
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isText =
    typeof source === "string" || (Array.isArray(source) && source.every((line) => typeof line === "string"));
  if (!isText) return "a source that is no text";
  if (!isObject(metadata ?? {})) return "metadata that are no object";
  const data = (output: object) => ("data" in output ? output.data : {});
  const isShown =
    Array.isArray(outputs ?? []) &&
    (outputs ?? []).every((output) => isObject(output) && isObject(data(output)));
  return isShown ? undefined : "outputs that are no list of outputs";
}
