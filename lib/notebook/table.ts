import { escapeHtml } from "./libraries";
import type { MimeBundle } from "./output";

/** What is needed of a danfojs DataFrame or Series to show it. */
export interface Table {
  columns: (string | number)[];
  index: (string | number)[];
  values: unknown[];
  shape: number[];
}

/** Rows shown at most: the first and the last half of them. */
const rowLimit = 40;

export function isTable(value: unknown): value is Table {
  const table = value as Table | null;
  return (
    typeof table === "object" &&
    table !== null &&
    Array.isArray(table.columns) &&
    Array.isArray(table.index) &&
    Array.isArray(table.values) &&
    Array.isArray(table.shape)
  );
}

/** A danfojs DataFrame or Series as a table: numbers right-aligned to five digits, the middle of a long one left out. */
export function tableBundle({ columns, index, values, shape }: Table): MimeBundle {
  const rows = values.map((row) => (Array.isArray(row) ? row : [row]));
  const cut = rows.length > rowLimit ? rowLimit / 2 : rows.length;
  const shown = rows.map((_, i) => i).filter((i) => i < cut || i >= rows.length - cut);
  const lines: string[] = [];
  const texts: string[] = [columns.join("\t")];
  for (const i of shown) {
    if (i > 0 && !shown.includes(i - 1)) {
      lines.push(`<tr>${"<td>…</td>".repeat(columns.length + 1)}</tr>`);
      texts.push("…");
    }
    lines.push(`<tr><th>${escapeHtml(String(index[i]))}</th>${rows[i].map(htmlCell).join("")}</tr>`);
    texts.push(rows[i].map(cellText).join("\t"));
  }
  const head = columns.map((name) => `<th>${escapeHtml(String(name))}</th>`).join("");
  const size = `${rows.length} rows × ${shape[1] ?? 1} columns`;
  const html =
    `<table class="dataframe" border="1">\n<thead><tr><th></th>${head}</tr></thead>\n` +
    `<tbody>\n${lines.join("\n")}\n</tbody>\n</table>${rows.length > rowLimit ? `\n<p>${size}</p>` : ""}`;
  return { "text/html": html, "text/plain": texts.join("\n") };
}

function htmlCell(value: unknown): string {
  const align = typeof value === "number" ? "right" : "left";
  return `<td style="text-align:${align}">${escapeHtml(cellText(value))}</td>`;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(5)));
}
