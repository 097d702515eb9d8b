import { stripVTControlCharacters } from "node:util";
import type { CellOutput } from "../cells/outputQueue";
import type { SavedOutput } from "../notebookFile";

type Shown = Extract<SavedOutput, { output_type: "display_data" }>;

/** Turns what cells put out into the outputs of a notebook file. */
export interface OutputRecorder {
  /** Start the outputs of the next cell. */
  begin(): SavedOutput[];
  /** Add to the cell begun last, or replace an earlier display wherever it stands. */
  add(output: CellOutput, executionCount: number): void;
}

/** Streams are joined and their carriage returns carried out; an update changes the output that it names. */
export function recordOutputs(): OutputRecorder {
  const named = new Map<string, Shown[]>();
  let outputs: SavedOutput[] = [];
  return {
    begin() {
      outputs = [];
      return outputs;
    },
    add(output, executionCount) {
      switch (output.type) {
        case "stream": {
          const last = outputs.at(-1);
          if (last?.output_type === "stream" && last.name === output.name) {
            last.text = overwrite(last.text + output.text);
          } else {
            outputs.push({ output_type: "stream", name: output.name, text: overwrite(output.text) });
          }
          break;
        }
        case "display": {
          const earlier = output.id === undefined ? undefined : named.get(output.id);
          if (output.update) {
            for (const shown of earlier ?? []) shown.data = output.data;
            break;
          }
          const shown: Shown = { output_type: "display_data", data: output.data, metadata: {} };
          outputs.push(shown);
          if (output.id !== undefined) named.set(output.id, [...(earlier ?? []), shown]);
          break;
        }
        case "result":
          outputs.push({
            output_type: "execute_result",
            execution_count: executionCount,
            data: output.data,
            metadata: {},
          });
          break;
        case "error": {
          const { ename, evalue, traceback } = output;
          outputs.push({ output_type: "error", ename, evalue, traceback });
        }
      }
    },
  };
}

/** What a terminal shows of `text`: after a carriage return a line begins anew. */
function overwrite(text: string): string {
  if (!text.includes("\r")) return text;
  return stripVTControlCharacters(text)
    .replace(/\r+\n/g, "\n")
    .split("\n")
    .map((line) => {
      const [, drawn, back] = /^(.*?)(\r*)$/s.exec(line)!;
      return drawn.split("\r").reduce((shown, part) => part + shown.slice(part.length)) + back.slice(0, 1);
    })
    .join("\n");
}
