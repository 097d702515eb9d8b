import { type NotebookCell, type NotebookFile, sourceOf } from "../../kernel/notebookFormat";

/*
 * What a person has changed in a notebook of the site, kept in the browser's storage: the texts of the cells and their order.
 * Outputs are kept of cells whose text is the notebook's own.
 */

type KeptCell = Pick<NotebookCell, "id" | "cell_type"> & { source: string };

const placeOf = (name: string) => `smitin-notebook:${name}`;

/** Keep the cells of a notebook. @throws Error in one sentence when the browser does not let it */
export function keepEdits(name: string, { cells }: NotebookFile): void {
  const kept = cells.map(({ id, cell_type, ...cell }) => ({
    id,
    cell_type,
    source: sourceOf({ id, cell_type, ...cell }),
  })) satisfies KeptCell[];
  try {
    localStorage.setItem(placeOf(name), JSON.stringify(kept));
  } catch {
    throw new Error(
      "This browser's storage is full or closed, so edits are lost with the page. Download the notebook to keep it.",
    );
  }
}

/** The notebook with the edits that are kept; itself, if there are none. */
export function withEdits(
  name: string,
  notebook: NotebookFile,
): { notebook: NotebookFile; isEdited: boolean } {
  const kept = read(name);
  if (!kept) return { notebook, isEdited: false };
  const own = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  const cells = kept.map(({ id, cell_type, source }): NotebookCell => {
    const before = own.get(id);
    if (before?.cell_type === cell_type && sourceOf(before) === source) return before;
    const cell = { metadata: before?.metadata ?? {}, id, cell_type, source };
    return cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell;
  });
  return { notebook: { ...notebook, cells }, isEdited: true };
}

export function forgetEdits(name: string): void {
  try {
    localStorage.removeItem(placeOf(name));
  } catch {}
}

function read(name: string): KeptCell[] | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(placeOf(name)) ?? "null");
    return Array.isArray(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}
