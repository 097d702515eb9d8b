import { dirname } from "node:path";
import { type Cells, createCells } from "./cells/cells";
import { interruption } from "./cells/errors";
import { codeOf } from "./notebookFile";
import { type CommMessage, createComms } from "./protocol/comms";
import { createExecution } from "./protocol/execution";
import { createHistory, type HistoryRequest } from "./protocol/history";
import { completeness, completion, inspection, kernelInfo } from "./protocol/replies";
import { type Handler, serve } from "./protocol/server";
import { createWidgetStates } from "./protocol/widgetStates";
import type { Message } from "./protocol/wire";

/**
 * Serve a Jupyter front end until it asks to shut down or the process that started the kernel is gone.
 * @param connectionFile the ports and the key, as Jupyter writes them
 */
export function startKernel(connectionFile: string): void {
  let latest: Message | undefined;
  const history = createHistory();
  const send = (message: CommMessage) => {
    widgets.sent(message);
    const { type, content, metadata, buffers } = message;
    server.publish(latest, type, content, { metadata, buffers });
  };
  const widgets = createWidgetStates(send);
  const comms = createComms(send, (thrown) => cells.report(thrown));
  widgets.serve(comms);

  const onComm: Handler = ({ header, content, metadata, buffers }) => {
    const message = { type: header.msg_type, content, metadata, buffers } as unknown as CommMessage;
    widgets.received(message);
    comms.receive(message);
    return undefined;
  };
  const code = (request: Message) => request.content as { code: string; cursor_pos?: number };
  const interrupt = () => cells.interrupt();
  const handlers: Record<string, Handler> = {
    kernel_info_request: kernelInfo,
    execute_request(request) {
      latest = request;
      return execution.execute(request, (type, content) => server.publish(request, type, content));
    },
    is_complete_request: (request) => completeness(cells, code(request)),
    complete_request: (request) => completion(cells, code(request)),
    inspect_request: (request) => inspection(cells, code(request)),
    history_request: ({ content }) => history.answer(content as HistoryRequest),
    comm_info_request: ({ content }) => ({ status: "ok", comms: comms.list(content.target_name as string) }),
    comm_open: onComm,
    comm_msg: onComm,
    comm_close: onComm,
    shutdown_request: ({ content }) => ({ status: "ok", restart: content.restart ?? false }),
  };
  const server = serve(connectionFile, handlers, interrupt);
  const path = notebookPath();
  const host = { comms, ask, enter: server.enter };
  const cells: Cells = createCells(notebookFolder(path), host, path ? codeOf(path) : []);
  const execution = createExecution(cells, history.add);
  server.ready();

  function ask(prompt: string): string {
    if (!latest?.content.allow_stdin)
      throw new Error("prompt: this front end takes no questions (allow_stdin is false)");
    const answer = server.ask(latest, { prompt, password: false });
    if (answer === "interrupted") throw interruption();
    return answer.value;
  }
}

/** The notebook's path, if the server says which one it is (newer ones do). */
function notebookPath(): string | undefined {
  const path = process.env.JPY_SESSION_NAME;
  return path?.startsWith("/") && path.endsWith(".ipynb") ? path : undefined;
}

/** Where the notebook lies: Jupyter starts kernels there. */
function notebookFolder(path: string | undefined): string {
  return path ? dirname(path) : process.cwd();
}
