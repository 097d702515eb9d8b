import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeAtomically } from "../disk/writeAtomically";
import type { MimeBundle } from "../notebook/output";
import { kernelName, kernelSpec } from "./kernelSpec";

/** An output as a notebook file holds it. */
export type SavedOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: object }
  | { output_type: "execute_result"; execution_count: number; data: MimeBundle; metadata: object }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

export interface NotebookCell {
  id: string;
  cell_type: "code" | "markdown" | "raw";
  source: string | string[];
  metadata: { tags?: string[] } & Record<string, unknown>;
  /** Files within a markdown cell: name to MIME type to base64. */
  attachments?: Record<string, Record<string, string>>;
  outputs?: SavedOutput[];
  execution_count?: number | null;
}

/** A notebook in Jupyter's format 4.5. */
export interface NotebookFile {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: 4;
  nbformat_minor: number;
}

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
    cell.id ??= randomUUID().slice(0, 8);
    cell.metadata ??= {};
  }
  notebook.metadata = { kernelspec, language_info, ...notebook.metadata };
  notebook.nbformat_minor = Math.max(5, notebook.nbformat_minor ?? 0);
  return notebook;
}

/** Write a notebook whole or not at all, laid out as Jupyter does. */
export function writeNotebook(path: string, notebook: NotebookFile): void {
  writeAtomically(path, `${JSON.stringify(notebook, null, 1)}\n`);
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

const kernelspec = {
  name: kernelName,
  display_name: kernelSpec().display_name,
  language: kernelSpec().language,
};
const language_info = { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" };
