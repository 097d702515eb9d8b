import { escapeHtml } from "../escapeHtml";
import type { MimeBundle } from "../output";
import { cellTexts, tableHtml } from "../table";

/** What a notebook shows of a value that would be a dump of numbers: what it is, and what can be done with it. */
export interface Summary {
  /** What it is, in a line. */
  title: string;
  facts?: [name: string, value: string][];
  /** A few rows of it. */
  table?: { columns: string[]; rows: unknown[][] };
  /** Lines of code that go on from here. */
  next?: string[];
}

/** Values of one kind: a line of kinds.ts. */
export interface SummaryKind<Value = unknown> {
  /** What several are called, as in "3 probe sets". */
  name: string;
  is(value: unknown): value is Value;
  summarise(value: Value): Summary;
}

/** A kind whose values are told by what they hold. */
export function summaryKind<Value>(
  name: string,
  is: (value: Partial<Value>) => boolean,
  summarise: (value: Value) => Summary,
): SummaryKind {
  return {
    name,
    is: (value): value is Value => isHolder(value) && is(value as Partial<Value>),
    summarise: (value) => summarise(value as Value),
  };
}

/** Does a summary fit what is asked for: an object or a function, that may hold something? */
export function isHolder(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Is it a list of things that all fit? */
export function isListOf<Item>(value: unknown, fits: (item: Partial<Item>) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isHolder(item) && fits(item));
}

/** A summary as HTML and as text. */
export function summaryBundle({ title, facts = [], table, next = [] }: Summary): MimeBundle {
  const quiet = "color:inherit;opacity:.75";
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th style="text-align:left;font-weight:400;${quiet}">${escapeHtml(name)}</th>` +
      `<td style="text-align:left">${escapeHtml(value)}</td></tr>`,
  );
  const html = [
    `<p style="margin:0 0 8px;font-weight:600">${escapeHtml(title)}</p>`,
    ...(rows.length > 0 ? [`<table class="dataframe"><tbody>\n${rows.join("\n")}\n</tbody></table>`] : []),
    ...(table ? [`<div style="margin-top:8px">${tableHtml(table)}</div>`] : []),
    ...(next.length > 0
      ? [
          `<p style="margin:8px 0 0;font-size:13px"><span style="${quiet}">Next:</span> ` +
            `${next.map((code) => `<code style="white-space:nowrap">${escapeHtml(code)}</code>`).join(" &nbsp; ")}</p>`,
        ]
      : []),
  ];
  const wide = Math.max(0, ...facts.map(([name]) => name.length));
  const text = [
    title,
    ...facts.map(([name, value]) => `  ${name.padEnd(wide)}  ${value}`),
    ...(table ? aligned(cellTexts(table)).map((line) => `  ${line}`) : []),
    ...next.map((code, i) => `${i === 0 ? "Next:" : "     "} ${code}`),
  ];
  return {
    "text/html": `<div class="smitin-summary">\n${html.join("\n")}\n</div>`,
    "text/plain": text.join("\n"),
  };
}

/** "1 layer", "6 layers"; "1 probe of a head", "2 probes of a head" with `many`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}

/** "92.4 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** "92.4 % (95 %: 89.4 to 95.4 %)". */
export function percentWith([low, high]: readonly [number, number], share: number): string {
  return `${percent(share)} (95 %: ${(100 * low).toFixed(1)} to ${percent(high)})`;
}

/** "3 s". */
export function seconds(value: number): string {
  return `${Number(value.toPrecision(3))} s`;
}

/** "3 s", or "2.9 to 3.1 s" where values differ. */
export function secondsOf(values: number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(seconds);
  return low === high ? low : `${low.slice(0, -2)} to ${high}`;
}

/** "drums, bass and piano"; the first few of many. */
export function list(names: string[], most = 6): string {
  if (names.length > most) return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Columns below each other: numbers at the right, as in the table. */
function aligned({ heads, rows, sides }: ReturnType<typeof cellTexts>): string[] {
  const wide = heads.map((head, c) => Math.max(head.length, ...rows.map((row) => row[c].length)));
  return [heads, ...rows].map((row) =>
    row
      .map((cell, c) => (sides[c] === "right" ? cell.padStart(wide[c]) : cell.padEnd(wide[c])))
      .join("  ")
      .trimEnd(),
  );
}
