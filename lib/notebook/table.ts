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

/**
 * A danfojs DataFrame or Series as a table: columns of numbers right-aligned with their heads, to three significant digits
 * of their largest value; the middle of a long table left out. Rows are named where their names say more than their order.
 */
export function tableBundle({ columns, index, values, shape }: Table): MimeBundle {
  const rows = values.map((row) => (Array.isArray(row) ? row : [row]));
  const isCut = rows.length > rowLimit;
  const cut = isCut ? rowLimit / 2 : rows.length;
  const shown = rows.map((_, i) => i).filter((i) => i < cut || i >= rows.length - cut);
  const isNamed = isCut || index.some((name, i) => name !== i);
  const formats = columns.map((_, column) => formatOf(rows.map((row) => row[column])));
  const html: string[] = [];
  const texts = [columns.join("\t")];
  for (const i of shown) {
    if (i > 0 && !shown.includes(i - 1)) {
      html.push(`<tr>${"<td>…</td>".repeat(columns.length + 1)}</tr>`);
      texts.push("…");
    }
    const cells = columns.map((_, column) => formats[column].write(rows[i][column]));
    const name = isNamed ? `<th>${escapeHtml(String(index[i]))}</th>` : "";
    html.push(
      `<tr>${name}${cells.map((cell, column) => element("td", cell, formats[column])).join("")}</tr>`,
    );
    texts.push(cells.join("\t"));
  }
  const heads = columns.map((name, column) => element("th", String(name), formats[column])).join("");
  const size = isCut ? `\n<p>${rows.length} rows × ${shape[1] ?? 1} columns</p>` : "";
  return {
    "text/html":
      `<table class="dataframe" border="1">\n<thead><tr>${isNamed ? "<th></th>" : ""}${heads}</tr></thead>\n` +
      `<tbody>\n${html.join("\n")}\n</tbody>\n</table>${size}`,
    "text/plain": texts.join("\n"),
  };
}

interface Format {
  align: "left" | "right";
  write(value: unknown): string;
}

/** How a column is written: by the largest of its numbers, so that their points stand below each other. */
function formatOf(column: unknown[]): Format {
  const numbers = column.filter((value) => typeof value === "number");
  const isWhole = numbers.every((value) => Number.isInteger(value) || !Number.isFinite(value));
  const largest = Math.max(...numbers.filter(Number.isFinite).map(Math.abs), 0);
  const digits = isWhole || largest === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(largest)));
  return {
    align: isNumeric(column) ? "right" : "left",
    write(value) {
      if (value === null || value === undefined) return "";
      if (typeof value !== "number" || isWhole || !Number.isFinite(value)) return String(value);
      const text = value.toFixed(Math.min(digits, 6));
      const isLost = value !== 0 && (Number(text) === 0 || digits > 6);
      return isLost ? String(Number(value.toPrecision(2))) : text;
    },
  };
}

/** Are these numbers, as such or in words ("0.9 (0.8 to 1.0)"), but for a few that stand in for one ("all")? */
function isNumeric(column: unknown[]): boolean {
  const texts = column.map((value) => String(value ?? "")).filter(Boolean);
  const isNumber = (text: string) =>
    /^[-+\u2212]?\.?\d[^A-Za-z]*(to [^A-Za-z]*)?$/.test(text) || text === "NaN";
  return texts.some(isNumber) && texts.every((text) => isNumber(text) || text.length <= 4);
}

function element(tag: "td" | "th", text: string, { align }: Format): string {
  return `<${tag} style="text-align:${align}">${escapeHtml(text)}</${tag}>`;
}
