import { basename, dirname } from "node:path";
import type { JupyterHandlerImpl } from "tslab/dist/jupyter";
import { type Cells, createCells } from "./cells";
import type { CellOutput } from "./outputQueue";
import { kernelServer, type Message } from "./server";
import { tslabRequire } from "./tslab";

/**
 * Serve a Jupyter front end until it asks to shut down or the process that started the kernel is gone.
 *
 * tslab's protocol handling with what a front end expects besides: `execute_input`, `execute_result` and `error` messages,
 * and `stop_on_error` as asked for.
 *
 * @param connectionFile the ports and the key, as Jupyter writes them
 */
export function startKernel(connectionFile: string): void {
  const cells = createCells(notebookFolder());
  const handler = createHandler(cells);
  const server = kernelServer(handler, connectionFile, {
    execute: executeQueue(cells),
    closed: () => process.exit(0),
  });
  process.on("SIGINT", () => cells.interrupt());
  watchParent();
  void server.init();
}

type Publish = (type: string, content: object) => void;

/** Where the notebook lies: Jupyter starts kernels there, and newer servers say which notebook it is. */
function notebookFolder(): string {
  const notebook = process.env.JPY_SESSION_NAME;
  return notebook?.startsWith("/") && basename(notebook).endsWith(".ipynb")
    ? dirname(notebook)
    : process.cwd();
}

/** tslab's answers to everything but execution (completion, inspection, completeness, kernel information). */
function createHandler(cells: Cells): JupyterHandlerImpl {
  const { JupyterHandlerImpl } = tslabRequire()("./dist/jupyter.js") as typeof import("tslab/dist/jupyter");
  class Handler extends JupyterHandlerImpl {
    override handleKernel() {
      const info = super.handleKernel();
      const { version } = require("../../package.json") as { version: string };
      return Object.assign(info, {
        status: "ok",
        implementation: "smitin-lab",
        implementation_version: version,
        banner: "SMITIN Lab: TypeScript cells",
        language_info: { ...info.language_info, version: "5.1.3", nbconvert_exporter: "script" },
      });
    }
    override handleShutdown({ restart }: { restart: boolean }) {
      return { status: "ok", restart };
    }
  }
  return new Handler(
    {
      ...cells,
      locals: {},
      reset() {},
      execute() {
        throw new Error("cells are run by the queue");
      },
    },
    false,
  );
}

/** Runs requests one after the other; a failed one sends back those that already wait, if it was asked to. */
function executeQueue(cells: Cells) {
  let tail: Promise<unknown> = Promise.resolve();
  let generation = 0;
  return (message: Message, publish: Publish): Promise<object> => {
    const mine = generation;
    const reply = tail.then(async () => {
      if (mine !== generation) return { status: "aborted", execution_count: cells.count };
      const content = await execute(cells, message, publish);
      if (content.status === "error" && request(message).stop_on_error !== false) {
        await new Promise((resolve) => setTimeout(resolve, 5)); // requests sent before the error are read first
        generation++;
      }
      return content;
    });
    tail = reply;
    return reply;
  };
}

interface ExecuteRequest {
  code: string;
  silent?: boolean;
  stop_on_error?: boolean;
}

function request(message: Message): ExecuteRequest {
  return message.content as ExecuteRequest;
}

async function execute(cells: Cells, message: Message, publish: Publish) {
  const { code, silent } = request(message);
  if (!code.trim()) return { status: "ok", execution_count: cells.count, payload: [], user_expressions: {} };
  const execution_count = cells.count + 1;
  let failure: object = {};
  if (!silent) publish("execute_input", { code, execution_count });
  const ok = await cells.run(code, {
    key: (message.metadata as { cellId?: string }).cellId,
    deliver(output) {
      if (output.type === "error") failure = errorContent(output);
      if (!silent) publish(...toMessage(output, execution_count));
    },
  });
  if (ok) return { status: "ok", execution_count, payload: [], user_expressions: {} };
  return { status: "error", execution_count, ...failure };
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

/** End with the server that started the kernel, also when it was killed. */
function watchParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}
