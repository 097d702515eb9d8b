import type { MimeBundle } from "../notebook/output";

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
 * A notebook's file as Jupyter writes it: keys in order, texts of several lines as lists of lines, so that a notebook that
 * Jupyter saves again stays as it is. Source: nbformat 5, `nbformat/v4/nbjson.py` and `rwbase.py`.
 */
export function layOut(notebook: NotebookFile): string {
  const split = eachText(notebook, (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
  return `${JSON.stringify(inOrder(split), null, 1)}\n`;
}

/** The notebook with texts that its file holds as lists of lines made whole. */
export function joinLines(notebook: NotebookFile): NotebookFile {
  return eachText(notebook, (text) => text);
}

/** Change each text that may be a list of lines: sources, what was printed, and what is shown as text. */
function eachText(notebook: NotebookFile, change: (text: string) => unknown): NotebookFile {
  const text = (value: unknown) =>
    isText(value) ? change(typeof value === "string" ? value : value.join("")) : value;
  const bundle = (data: MimeBundle) =>
    Object.fromEntries(
      Object.entries(data).map(([type, value]) => [type, isLined(type) ? text(value) : value]),
    );
  const output = (one: SavedOutput) => {
    if ("text" in one) return { ...one, text: text(one.text) };
    return "data" in one ? { ...one, data: bundle(one.data) } : one;
  };
  const cell = (one: NotebookCell) => ({
    ...one,
    source: text(one.source),
    ...(one.outputs && { outputs: one.outputs.map(output) }),
  });
  return { ...notebook, cells: notebook.cells.map(cell) } as NotebookFile;
}

function isText(value: unknown): value is string | string[] {
  return (
    typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"))
  );
}

/** Is this form of an output written line by line? Images other than SVG are not, nor is JSON. */
function isLined(type: string): boolean {
  return type.startsWith("text/") || ["application/javascript", "image/svg+xml"].includes(type);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
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
