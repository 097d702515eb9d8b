import { cellTexts } from "../../../lib/notebook/table";
import type { Table } from "../shared/outcome";

/** A table in Markdown, numbers at the right; an empty place for null. */
export function toMarkdown(table: Table): string {
  const { heads, rows, sides } = cellTexts(table);
  const line = (values: string[]) => `| ${values.map((value) => value.replace(/\|/g, "/")).join(" | ")} |`;
  const rules = sides.map((side) => (side === "right" ? "---:" : "---"));
  return [line(heads), `| ${rules.join(" | ")} |`, ...rows.map(line), ""].join("\n");
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
