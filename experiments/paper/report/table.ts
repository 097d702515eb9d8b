import { isNumeric } from "../../../lib/notebook/table";
import type { Table, Value } from "../shared/outcome";

/** A table in Markdown, numbers at the right; an empty place for null. */
export function toMarkdown({ columns, rows }: Table): string {
  const line = (values: string[]) => `| ${values.join(" | ")} |`;
  const texts = rows.map((row) => row.map(toText));
  const rules = columns.map((_, c) => (isNumeric(texts.map((row) => row[c])) ? "---:" : "---"));
  return [line(columns), line(rules), ...texts.map(line), ""].join("\n");
}

/** A value as it stands in a table: whole numbers as they are, others to three significant digits. */
export function toText(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return value.replace(/\|/g, "/");
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
}

/** "23.3" of .233. */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** "23.3 (15.2 to 34.0)": a share with its interval, in percent. */
export function rate(share: number | null, low: number | null, high: number | null): string {
  if (share === null) return "";
  return low === null || high === null
    ? percent(share)
    : `${percent(share)} (${percent(low)} to ${percent(high)})`;
}

/** "1.0 % (-2.2 to 4.3 %)": a difference of two shares with its interval. */
export function points(share: number | null, low: number | null, high: number | null): string {
  if (share === null) return "";
  const whole = `${percent(share)} %`;
  return low === null || high === null ? whole : `${whole} (${percent(low)} to ${percent(high)} %)`;
}

/**
 * "0.42 (0.31 to 0.50)": a number with its interval, where there is one.
 * @param digits after the point; by default as many as the number needs for three
 */
export function number(
  value: number | null,
  low: number | null = null,
  high: number | null = null,
  digits = value ? Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value))))) : 3,
): string {
  if (value === null) return "";
  const text = (x: number) => x.toFixed(digits);
  return low === null || high === null ? text(value) : `${text(value)} (${text(low)} to ${text(high)})`;
}
