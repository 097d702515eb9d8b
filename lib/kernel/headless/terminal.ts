import type { CellOutput } from "../cells/outputQueue";

/** How far a run of a notebook has come. */
export interface CellProgress {
  /** of the code cells, from 1 */
  number: number;
  of: number;
  state: "running" | "done" | "failed";
  seconds: number;
}

/** How a run of a notebook looks in a terminal. */
export interface TerminalView {
  cell(progress: CellProgress, source: string): void;
  output(output: CellOutput): void;
}

/** Cells' headings, printed text and errors; in-place progress where `stream` is a terminal. */
export function terminalView(stream: NodeJS.WriteStream | false): TerminalView {
  if (!stream) return { cell() {}, output() {} };
  let open = false;
  let progress = "";
  let drawn = false;
  const line = (text: string) => {
    stream.write(`${open ? "\n" : ""}${text}\n`);
    drawn = open = false;
  };
  return {
    cell({ number, of, state, seconds }, source) {
      if (state === "running") line(`[${number}/${of}] ${title(source)}`);
      else if (state === "failed") line(`[${number}/${of}] failed after ${seconds.toFixed(1)} s`);
      else if (seconds >= 1) line(`[${number}/${of}] ${seconds.toFixed(1)} s`);
    },
    output(output) {
      if (drawn && output.type !== "display") {
        stream.write("\n");
        drawn = open = false;
      }
      if (output.type === "stream") {
        stream.write(output.text);
        open = !output.text.endsWith("\n");
      } else if (output.type === "error") {
        line(output.traceback.join("\n"));
      } else if (output.type === "display" && output.id !== undefined) {
        const text = String(output.data["text/plain"] ?? "");
        if (!text || text === progress) return;
        progress = text;
        if (stream.isTTY) {
          stream.write(`${open && !drawn ? "\n" : "\r\x1b[K"}${text.slice(0, (stream.columns || 80) - 1)}`);
          drawn = open = true;
        } else if (!output.update || / s$/.test(text)) {
          line(text);
        }
      }
    },
  };
}

/** The first line of a cell that says something. */
function title(source: string): string {
  const lines = source.split("\n").map((line) => line.trim());
  return (lines.find((line) => line && !line.startsWith("import ")) ?? lines[0]).slice(0, 90);
}
