import type { Cells } from "../cells/cells";
import type { CellOutput } from "../cells/outputQueue";
import type { Message } from "./wire";

interface ExecuteRequest {
  code: string;
  silent?: boolean;
  store_history?: boolean;
  user_expressions?: Record<string, string>;
}

/** What JupyterLab says of the notebook with a request. */
interface NotebookMetadata {
  cellId?: string;
  /** since the last request */
  deletedCells?: string[];
}

type Publish = (type: string, content: object) => void;

/** Runs execute requests. */
export interface Execution {
  /** The reply's content. */
  execute(request: Message, publish: Publish): Promise<object>;
}

/**
 * Cells as Jupyter asks for them: numbered unless they are silent or not to be remembered, their outputs published as
 * they come.
 * @param remember called with each cell that has a number of its own
 */
export function createExecution(cells: Cells, remember: (count: number, source: string) => void): Execution {
  let execution_count = 0;
  return {
    async execute(request, publish) {
      const {
        code,
        silent,
        store_history,
        user_expressions = {},
      } = request.content as unknown as ExecuteRequest;
      const { cellId, deletedCells } = request.metadata as NotebookMetadata;
      if (code.trim() && !silent && store_history !== false) remember(++execution_count, code);
      const count = execution_count;
      if (!silent) publish("execute_input", { code, execution_count: count });
      let failure: object | undefined;
      if (code.trim())
        await cells.run(code, {
          key: cellId,
          deleted: deletedCells,
          number: count,
          deliver(output) {
            if (output.type === "error") failure ??= errorContent(output);
            if (!silent) publish(...toMessage(output, count));
          },
        });
      if (failure) return { status: "error", execution_count: count, ...failure };
      const values = await evaluate(cells, user_expressions, count);
      return { status: "ok", execution_count: count, payload: [], user_expressions: values };
    },
  };
}

/** The values of expressions that a front end wants with a cell, or why they have none. */
async function evaluate(cells: Cells, expressions: Record<string, string>, number: number) {
  const values: Record<string, object> = {};
  for (const [name, code] of Object.entries(expressions)) {
    values[name] = { status: "ok", data: {}, metadata: {} };
    await cells.run(code, {
      number,
      deliver(output) {
        if (output.type === "result") values[name] = { status: "ok", data: output.data, metadata: {} };
        if (output.type === "error") values[name] = { status: "error", ...errorContent(output) };
      },
    });
  }
  return values;
}

function toMessage(output: CellOutput, execution_count: number): [type: string, content: object] {
  switch (output.type) {
    case "stream":
      return ["stream", { name: output.name, text: output.text }];
    case "display": {
      const { data, id, update } = output;
      const transient = id === undefined ? {} : { display_id: id };
      return [update ? "update_display_data" : "display_data", { data, metadata: {}, transient }];
    }
    case "result":
      return ["execute_result", { execution_count, data: output.data, metadata: {} }];
    case "error":
      return ["error", errorContent(output)];
  }
}

function errorContent({ ename, evalue, traceback }: Extract<CellOutput, { type: "error" }>) {
  return { ename, evalue, traceback };
}
