import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeAtomically } from "../disk/writeAtomically";
import { kernelName, kernelSpec } from "./kernelSpec";
import { joinLines, layOut, type NotebookCell, type NotebookFile } from "./notebookFormat";

export type { NotebookCell, NotebookFile, SavedOutput } from "./notebookFormat";

/**
 * Read a notebook of format 4.x; cells without an id get one, so that it is of format 4.5 from here on.
 * @throws Error when the file is no such notebook
 */
export function readNotebook(path: string): NotebookFile {
  const refuse = (found: string): never => {
    throw new Error(`${path}: expected a Jupyter notebook of format 4, found ${found}`);
  };
  let notebook: NotebookFile;
  try {
    notebook = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(`no JSON (${error.message})`);
    throw error;
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
  notebook.metadata = { kernelspec, language_info, ...notebook.metadata };
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

/** Write a notebook whole or not at all, byte for byte as Jupyter does. */
export function writeNotebook(path: string, notebook: NotebookFile): void {
  writeAtomically(path, layOut(notebook));
}

/** A cell's text. */
export function sourceOf(cell: NotebookCell): string {
  return textOf(cell.source);
}

/** Text as a notebook file holds it: whole, or line by line; anything else is JSON. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const isLines = Array.isArray(value) && value.every((line) => typeof line === "string");
  return isLines ? value.join("") : JSON.stringify(value, null, 2);
}

/** The code cells' texts of a notebook that may not be there: then none. */
export function codeOf(path: string): string[] {
  try {
    return readNotebook(path)
      .cells.filter((cell) => cell.cell_type === "code")
      .map(sourceOf);
  } catch {
    return [];
  }
}

/** How a notebook asks for this kernel. */
export const kernelspec = {
  name: kernelName,
  display_name: kernelSpec().display_name,
  language: kernelSpec().language,
};
const language_info = { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" };
