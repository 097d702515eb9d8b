import type { Cells } from "../cells/cells";
import { inspectionText } from "../inspectionText";
import { languageInfo } from "../languageInfo";

interface CodeRequest {
  code: string;
  /** in characters as Jupyter counts them: Unicode code points */
  cursor_pos?: number;
}

/** The answer to kernel_info_request. */
export function kernelInfo(): object {
  const { version } = require("../../../package.json") as { version: string };
  return {
    status: "ok",
    protocol_version: "5.3",
    implementation: "smitin-lab",
    implementation_version: version,
    banner: "SMITIN Lab: TypeScript cells",
    language_info: languageInfo(),
    debugger: false,
    help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs" }],
  };
}

/** The answer to is_complete_request. */
export function completeness(cells: Cells, { code }: CodeRequest): object {
  return cells.isComplete(code);
}

/** The answer to complete_request: names that fit at the cursor, the best first. */
export function completion(cells: Cells, { code, cursor_pos = Infinity }: CodeRequest): object {
  const { start, end, candidates } = cells.complete(code, unitsBefore(code, cursor_pos));
  return {
    status: "ok",
    matches: candidates,
    cursor_start: pointsBefore(code, start),
    cursor_end: pointsBefore(code, end),
    metadata: {},
  };
}

/** The answer to inspect_request: the type and the documentation of what is at the cursor. */
export function inspection(cells: Cells, { code, cursor_pos = Infinity }: CodeRequest): object {
  const info = cells.inspect(code, unitsBefore(code, cursor_pos));
  if (!info) return { status: "ok", found: false, data: {}, metadata: {} };
  return { status: "ok", found: true, data: { "text/plain": inspectionText(info) }, metadata: {} };
}

/** How many of JavaScript's UTF-16 units come before a code point. */
function unitsBefore(code: string, point: number): number {
  let units = 0;
  for (const character of code) {
    if (point-- <= 0) break;
    units += character.length;
  }
  return units;
}

function pointsBefore(code: string, unit: number): number {
  return [...code.slice(0, unit)].length;
}
