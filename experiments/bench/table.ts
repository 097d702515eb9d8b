import type { BenchRow } from "./row";

const columns: [name: string, width: number, cell: (row: BenchRow) => string][] = [
  ["what", 38, ({ what }) => what],
  ["shape", 27, ({ shape }) => shape],
  ["batch", 6, ({ batch }) => String(batch ?? "-")],
  ["engine", 11, ({ engine }) => engine],
  ["ms", 10, ({ ms }) => number(ms)],
  ["reference ms", 13, ({ referenceMs }) => number(referenceMs)],
  ["ratio", 6, ({ ratio }) => ratio?.toFixed(2) ?? "-"],
  ["over", 8, ({ over }) => (over === null ? "-" : `${over > 0 ? "+" : ""}${over.toFixed(1)} %`)],
  ["n", 4, ({ n }) => String(n)],
  ["note", 0, ({ note }) => note],
];

export function header(): string {
  return line(columns.map(([name]) => name));
}

export function tableLine(row: BenchRow): string {
  return line(columns.map(([, , cell]) => cell(row)));
}

/** What the project aims at, and what these rows say of it. */
export function aims(rows: BenchRow[]): string[] {
  const ratios = (what: string, isMeant: (row: BenchRow) => boolean = () => true) =>
    rows
      .filter((row) => row.what.startsWith(what) && row.ratio !== null && isMeant(row))
      .map((row) => row.ratio!);
  const isLarge = ({ shape }: BenchRow) => shape === "24 x 1024";
  const steps = rows.filter((row) => row.over !== null);
  return [
    aim(
      "decode step, bundled size: ratio >= 1.5",
      ratios("decode step", (row) => row.what === "decode step" && !isLarge(row)),
      (x) => x >= 1.5,
    ),
    aim(
      "decode step, musicgen-small's: ratio >= 1",
      ratios("decode step", (row) => row.what === "decode step" && isLarge(row)),
      (x) => x >= 1,
    ),
    aim(
      "capture + steering: at most 5 % over plain decoding",
      steps.filter(({ what }) => what.includes("+")).map((row) => row.over!),
      (x) => x <= 5,
    ),
    aim("probes: the same result faster", ratios("probes: 5 folds"), (x) => x > 1),
  ];
}

function aim(text: string, found: number[], isMet: (value: number) => boolean): string {
  if (found.length === 0) return `aim  ${text}: not measured`;
  const values = found.map((value) => value.toFixed(Math.abs(value) < 10 ? 2 : 1)).join(", ");
  return `aim  ${text}: ${found.every(isMet) ? "met" : found.some(isMet) ? "met in part" : "missed"} (${values})`;
}

function number(value: number | null): string {
  if (value === null) return "-";
  return value < 100 ? value.toPrecision(3) : value.toFixed(0);
}

function line(cells: string[]): string {
  return cells
    .map((cell, i) => (i >= 4 && i <= 8 ? cell.padStart(columns[i][1]) : cell.padEnd(columns[i][1])))
    .join(" ")
    .trimEnd();
}
