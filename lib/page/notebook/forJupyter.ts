import type { NotebookCell, NotebookFile, SavedOutput } from "../../kernel/notebookFormat";

const widgetView = "application/vnd.jupyter.widget-view+json";

/** The notebook as a file for Jupyter: it asks for the lab's kernel, and widgets of a page that is gone are left out. */
export function forJupyter(notebook: NotebookFile): NotebookFile {
  const metadata = {
    kernelspec: { name: "smitin-lab", display_name: "SMITIN Lab (TypeScript)", language: "typescript" },
    language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" },
    ...notebook.metadata,
  };
  return { ...notebook, metadata, cells: notebook.cells.map(withoutViews) };
}

function withoutViews(cell: NotebookCell): NotebookCell {
  const isView = (output: SavedOutput) => "data" in output && output.data[widgetView] !== undefined;
  if (cell.cell_type !== "code") return cell;
  const outputs = (cell.outputs ?? []).filter((output) => !isView(output));
  return { ...cell, outputs, execution_count: cell.execution_count ?? null };
}
