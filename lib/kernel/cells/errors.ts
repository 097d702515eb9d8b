import { dirname } from "node:path";
import { inspect } from "node:util";
import type { CellDiagnostic } from "../compiler/compilation";
import type { CellPosition } from "../compiler/sourcePosition";
import { missingModule } from "../missingModule";
import type { CellSources } from "./cellSources";
import { describeFrame, framesOf, inProject } from "./frames";

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
  const told = new Set<unknown>();
  let excerptOf: { cell: number; at: CellPosition } | undefined;

  /** @param above the frames of the error that this one is a part of: those that both have stand there */
  function tell(error: unknown, introduction: string, above: string[]): void {
    if (told.has(error)) return;
    told.add(error);
    const isError = error instanceof Error;
    traceback.push(introduction + (isError ? `${error.name}: ${messageOf(error)}` : inspect(error)));
    const frames = framesOf(error);
    let own = frames.length;
    while (own > 0 && frames[own - 1] === above[above.length - (frames.length - own) - 1]) own--;
    let times = 1;
    for (const frame of frames.slice(0, own)) {
      const shown = describeFrame(frame, cells, root);
      if (!shown) continue;
      if (shown.at) excerptOf ??= { cell: shown.cell!, at: shown.at };
      const before = times === 1 ? shown.text : `${shown.text}, ${times} times`;
      times = traceback.at(-1) === before ? times + 1 : 1;
      if (times === 1) traceback.push(shown.text);
      else traceback.splice(-1, 1, `${shown.text}, ${times} times`);
    }
    if (error instanceof AggregateError)
      for (const one of error.errors.slice(0, mostErrors)) tell(one, "one of them: ", frames);
    if (isError && error.cause !== undefined) tell(error.cause, "caused by ", frames);
  }

  tell(thrown, "", []);
  if (excerptOf) traceback.push(...excerpt(cells.source(excerptOf.cell) ?? "", excerptOf.at));
  return { ename: thrown.name, evalue: messageOf(thrown), traceback };
}

/** How many errors of an AggregateError are told. */
const mostErrors = 5;

/** An error's message; of a module that was not found what can be done, in place of Node's list of who wanted it. */
function messageOf(error: Error): string {
  const { message, code, requireStack = [] } = error as NodeJS.ErrnoException & { requireStack?: string[] };
  const [, request] = /^Cannot find module '([^']+)'/.exec(message) ?? [];
  if (code !== "MODULE_NOT_FOUND" || !request) return message;
  return missingModule(request, dirname(requireStack[0] ?? "."));
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
