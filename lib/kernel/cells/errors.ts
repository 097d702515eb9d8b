import { join, relative, sep } from "node:path";
import { inspect } from "node:util";
import type { CellDiagnostic } from "../compiler/compilation";
import type { CellPosition } from "../compiler/sourcePosition";
import type { CellSources } from "./cellSources";

/** An error as Jupyter shows it. */
export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** The name by which V8 knows a cell's code. */
export function cellUrl(cell: number): string {
  return `smitin-cell-${cell}.ts`;
}

/** What an interrupt throws into a cell. */
export function interruption(): Error {
  return Object.assign(new Error("the cell was interrupted"), { name: "Interrupted" });
}

/** Is it an interrupt: ours, the executor's, or Node's own? */
export function isInterruption(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { name, message, code } = thrown as NodeJS.ErrnoException;
  return (
    name === "Interrupted" ||
    message === "Interrupted asynchronously" ||
    code === "ERR_SCRIPT_EXECUTION_INTERRUPTED"
  );
}

/**
 * What a cell threw, with a traceback that speaks of cells and of files in the project; Node's, tslab's and the kernel's
 * own frames are left out.
 */
export function runtimeError(thrown: unknown, cells: CellSources, root: string): CellError {
  try {
    return describeError(thrown, cells, root);
  } catch {
    const text = "what was thrown can't be shown: reading it throws, too";
    return { ename: "Error", evalue: text, traceback: [`Error: ${text}`] };
  }
}

function describeError(thrown: unknown, cells: CellSources, root: string): CellError {
  if (!(thrown instanceof Error)) {
    const text = inspect(thrown);
    return { ename: "Thrown", evalue: text, traceback: [`Thrown: ${text}`] };
  }
  if (isInterruption(thrown))
    return { ename: "Interrupted", evalue: "the cell was interrupted", traceback: ["Interrupted"] };
  const traceback: string[] = [];
  let excerptOf: { cell: number; at: CellPosition } | undefined;
  for (
    let error: unknown = thrown;
    error !== undefined;
    error = error instanceof Error ? error.cause : undefined
  ) {
    const head = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
    traceback.push(error === thrown ? head : `caused by ${head}`);
    for (const frame of framesOf(error)) {
      const shown = describeFrame(frame, cells, root);
      if (!shown) continue;
      traceback.push(shown.text);
      if (shown.at) excerptOf ??= { cell: shown.cell!, at: shown.at };
    }
  }
  if (excerptOf) traceback.push(...excerpt(cells.source(excerptOf.cell) ?? "", excerptOf.at));
  return { ename: thrown.name, evalue: thrown.message, traceback };
}

/** What the type checker refused: in the cell, or in files of the project that it imports. */
export function compileError(diagnostics: CellDiagnostic[], source: string, root: string): CellError {
  const places = diagnostics.map(({ line, column, file }) =>
    file ? `${inProject(file.path, root)}:${line}:${column}` : `line ${line}:${column}`,
  );
  const traceback = diagnostics.flatMap(({ line, column, code, message, file }, i) => [
    `${places[i]} - ${message} (TS${code})`,
    ...excerpt(file?.text ?? source, { line, column }),
  ]);
  const { line, message, file } = diagnostics[0];
  return {
    ename: "TypeScriptError",
    evalue: `${file ? places[0] : `line ${line}`}: ${message.split("\n")[0]}`,
    traceback: [`TypeScriptError`, ...traceback],
  };
}

function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack.split("\n").filter((line) => /^\s+at /.test(line));
}

function describeFrame(frame: string, cells: CellSources, root: string) {
  const inCell = /smitin-cell-(\d+)\.ts:(\d+):(\d+)/.exec(frame);
  if (inCell) {
    const cell = Number(inCell[1]);
    const at = cells.position(cell, Number(inCell[2]), Number(inCell[3]));
    const [, name] = /^\s+at (?:async )?(?:Object\.)?(.+?)(?: \[as [^\]]+\])? \(/.exec(frame) ?? [];
    const last = cells.source(cell)?.split("\n").length ?? 0;
    if (at && at.line > last) return undefined;
    const where = at ? `cell ${cells.number(cell)}, line ${at.line}` : `cell ${cells.number(cell)}`;
    return { text: name && name !== "eval" ? `    at ${name} (${where})` : `    at ${where}`, cell, at };
  }
  if (hidden.test(frame) || machinery.some((path) => frame.includes(path))) return undefined;
  return {
    text: frame
      .replace(/\b(Proxy|Object)\.(?=\w+ )/, "")
      .replace(/(file:\/\/)?(\/[^\s():]+)/g, (_, _scheme, path) => inProject(path, root)),
  };
}

/** Node's own frames, tslab's, the loader's. */
const hidden = /node:|[\\/]tslab[\\/]dist[\\/]|[\\/]tsx[\\/]dist[\\/]|\(<anonymous>\)|at <anonymous>$/;
/** What runs cells and shows their values. */
const lib = join(__dirname, "../..");
const machinery = [
  join(lib, "kernel") + sep,
  ...["bundle", "figure", "table", "listen", "display", "output"].map(
    (name) => `${join(lib, "notebook", name)}.`,
  ),
];

function inProject(path: string, root: string): string {
  const short = relative(root, path);
  return short.startsWith("..") ? path : short;
}

/** The line in question with its neighbours and a caret. */
function excerpt(source: string, { line, column }: CellPosition): string[] {
  const lines = source.split("\n");
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const shown: string[] = [];
  for (let n = first; n <= last; n++) {
    shown.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${lines[n - 1]}`);
    if (n === line) shown.push(`  ${" ".repeat(width)} | ${" ".repeat(Math.max(0, column - 1))}^`);
  }
  return shown;
}
