import { escapeHtml } from "./escapeHtml";
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
 * of their largest value; the middle of a long table left out. Rows are named where they have names, not numbers.
 */
export function tableBundle({ columns, index, values, shape }: Table): MimeBundle {
  const own = values.map((row) => (Array.isArray(row) ? row : [row]));
  const isNamed = index.some((name) => typeof name === "string" && Number.isNaN(Number(name)));
  const rows = isNamed ? own.map((row, i) => [index[i], ...row]) : own;
  const table = { columns: [...(isNamed ? [""] : []), ...columns.map(String)], rows };
  const isCut = rows.length > rowLimit;
  const size = `${rows.length} rows x ${shape[1] ?? 1} columns; the first and the last ${rowLimit / 2} are shown`;
  const { heads, rows: texts } = cellTexts(table, rowLimit);
  return {
    "text/html": tableHtml(table, rowLimit) + (isCut ? `\n<p>${size}</p>` : ""),
    "text/plain": [heads, ...texts].map((row) => row.join("\t")).join("\n"),
  };
}

/** Columns and rows of anything, for `tableHtml`. */
export interface PlainTable {
  columns: string[];
  rows: unknown[][];
}

/** A table as HTML. @param most rows at most: the first and the last half of them */
export function tableHtml(table: PlainTable, most?: number): string {
  const { heads, rows, sides } = cellTexts(table, most);
  const row = (tag: "td" | "th", cells: string[]) =>
    `<tr>${cells.map((cell, c) => `<${tag} style="text-align:${sides[c]}">${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return (
    `<table class="dataframe" border="1">\n<thead>${row("th", heads)}</thead>\n` +
    `<tbody>\n${rows.map((cells) => row("td", cells)).join("\n")}\n</tbody>\n</table>`
  );
}

/** What stands in a table's cells, and at which side of its column. @param most rows at most, with a row of dots between */
export function cellTexts({ columns, rows }: PlainTable, most = Number.POSITIVE_INFINITY) {
  const formats = columns.map((_, column) => formatOf(rows.map((row) => row[column])));
  const write = (row: unknown[]) => columns.map((_, column) => formats[column].write(row[column]));
  const texts =
    rows.length > most
      ? [...rows.slice(0, most / 2).map(write), columns.map(() => "…"), ...rows.slice(-most / 2).map(write)]
      : rows.map(write);
  return { heads: columns, rows: texts, sides: formats.map(({ side }) => side) };
}

interface Format {
  side: "left" | "right";
  write(value: unknown): string;
}

/** How a column is written: by the largest of its numbers, so that their points stand below each other. */
function formatOf(column: unknown[]): Format {
  const numbers = column.filter((value) => typeof value === "number");
  const isWhole = numbers.every((value) => Number.isInteger(value) || !Number.isFinite(value));
  const largest = Math.max(...numbers.filter(Number.isFinite).map(Math.abs), 0);
  const digits = isWhole || largest === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(largest)));
  return {
    side: isNumeric(column) ? "right" : "left",
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
