import type { Table, Value } from "../shared/outcome";

/** A table in Markdown; an empty place for null. */
export function toMarkdown({ columns, rows }: Table): string {
  const line = (values: string[]) => `| ${values.join(" | ")} |`;
  return [
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(row.map(toText))),
    "",
  ].join("\n");
}

/** A value as it stands in a table. */
export function toText(value: Value): string {
  if (value === null) return "";
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : value.replace(/\|/g, "/");
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

/** ".42 (.31 to .50)": a number with its interval, where there is one. */
export function number(
  value: number | null,
  low: number | null = null,
  high: number | null = null,
  digits = 3,
): string {
  if (value === null) return "";
  const text = (x: number) => x.toFixed(digits);
  return low === null || high === null ? text(value) : `${text(value)} (${text(low)} to ${text(high)})`;
}
