import { join, relative, sep } from "node:path";
import type { CellPosition } from "../compiler/sourcePosition";
import type { CellSources } from "./cellSources";

/** A frame of an error's stack as a traceback has it. */
export interface Frame {
  text: string;
  /** where it is of a cell's own */
  cell?: number;
  at?: CellPosition;
}

/** The lines of an error's stack that are frames, as V8 has them, down to where the cell was called: below it is the kernel. */
export function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => isFrame.test(line));
  const caller = frames.findIndex((line) => isCaller.test(line));
  return caller < 0 ? frames : frames.slice(0, caller);
}

const isFrame = /^\s+at /;
/** What runs a cell's code. */
const isCaller = /\bexecute \(.*[\\/]tslab[\\/]dist[\\/]executor\./;

/**
 * A frame in terms of cells and of files in the project; undefined for Node's, tslab's and the kernel's own.
 * @param root the project's folder
 */
export function describeFrame(frame: string, cells: CellSources, root: string): Frame | undefined {
  const inCell = /smitin-cell-(\d+)\.ts:(\d+):(\d+)/.exec(frame);
  if (inCell) {
    const [cell, line, column] = inCell.slice(1).map(Number);
    if (cells.isAround(cell, line)) return undefined;
    const at = cells.position(cell, line, column);
    const [, name] = /^\s+at (?:async )?(?:Object\.)?(.+?)(?: \[as [^\]]+\])? \(/.exec(frame) ?? [];
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

/** Text that may hold stacks, as of an error that a cell prints or shows, with their frames as a traceback has them. */
export function withReadableFrames(text: string, cells: CellSources, root: string): string {
  if (!text.includes("smitin-cell-")) return text;
  const lines: string[] = [];
  let isBelow = false; // in a stack, below what called the cell
  for (const line of text.split("\n")) {
    const [, margin, frame, end] =
      /^(\s+)((?:at |\.\.\. \d+ lines matching cause).*?)(,| \{|)$/.exec(line) ?? [];
    if (frame === undefined) {
      lines.push(line);
      isBelow = false;
      continue;
    }
    isBelow ||= isCaller.test(frame);
    const shown = frame.startsWith("at ") && !isBelow && describeFrame(` ${frame}`, cells, root);
    if (shown) lines.push(`${margin}${shown.text.trim()}${end}`);
    else lines.push(`${lines.pop() ?? ""}${end}`); // the punctuation of what is shown
  }
  return lines.join("\n");
}

/** Node's own frames, tslab's, the loader's; in a page those of its scripts, which are packed. */
const hidden =
  /node:|https?:\/\/|[\\/]tslab[\\/]dist[\\/]|[\\/]tsx[\\/]dist[\\/]|\(<anonymous>\)|at <anonymous>$/;
/** What runs cells and shows their values. */
const lib = join(__dirname, "../..");
const machinery = [
  join(lib, "kernel") + sep,
  ...["bundle", "figure", "table", "listen", "display", "output"].map(
    (name) => `${join(lib, "notebook", name)}.`,
  ),
];

/** A path as it is called in the project. */
export function inProject(path: string, root: string): string {
  const short = relative(root, path);
  return short.startsWith("..") ? path : short;
}
