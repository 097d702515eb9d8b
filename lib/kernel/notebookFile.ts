import { readFileSync } from "node:fs";
import { writeAtomically } from "../disk/writeAtomically";
import { kernelName, kernelSpec } from "./kernelSpec";
import { layOut, type NotebookFile, sourceOf } from "./notebookFormat";
import { parseNotebook } from "./parseNotebook";

export { type NotebookCell, type NotebookFile, type SavedOutput, sourceOf, textOf } from "./notebookFormat";

/**
 * Read a notebook of format 4.x; cells without an id get one, so that it is of format 4.5 from here on.
 * @throws Error when the file is no such notebook
 */
export function readNotebook(path: string): NotebookFile {
  const notebook = parseNotebook(readFileSync(path, "utf8"), path);
  notebook.metadata = { kernelspec, language_info, ...notebook.metadata };
  return notebook;
}

/** Write a notebook whole or not at all, byte for byte as Jupyter does. */
export function writeNotebook(path: string, notebook: NotebookFile): void {
  writeAtomically(path, layOut(notebook));
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
