import { endProcess } from "../cells/exit";
import { type Connection, connect } from "./connection";
import type { Answer } from "./ioMessages";
import { kernelInfo } from "./replies";
import { type Message, replyTo } from "./wire";

/** Answers a request with its reply's content; undefined where the protocol knows no reply. */
export type Handler = (request: Message) => Content | Promise<Content>;
type Content = object | undefined;

/** The kernel's end of Jupyter's protocol. */
export interface Server {
  /** Send to all front ends, in the name of a request if there has been one. */
  publish(
    request: Parent | undefined,
    type: string,
    content: object,
    extras?: Pick<Message, "metadata" | "buffers">,
  ): void;
  /** Ask the front end that sent `request` a question and wait for the answer, standing still. */
  ask(request: Message, question: { prompt: string; password: boolean }): Answer;
  enter: Connection["enter"];
  ready: Connection["ready"];
  /** Let everything go out, then close. */
  close(): Promise<void>;
}

type Parent = Parameters<typeof replyTo>[0];
const nobody: Parent = { channel: "shell", identities: [], header: {} };

/**
 * Serve requests, each between a busy and an idle status: cells one after the other, everything else also while a cell
 * waits for something. A cell that fails sends back those that already wait, if its request says stop_on_error.
 * @param handlers by the requests' types; a request of another type gets no answer
 * @param interrupt called when a front end wants the running cell to end
 */
export function serve(
  connectionFile: string,
  handlers: Record<string, Handler>,
  interrupt: () => void,
): Server {
  let executing: Message | undefined;
  let cells: Promise<unknown> = Promise.resolve();
  let generation = 0;

  const connection = connect(connectionFile, { message: receive, interrupt }, kernelInfo());

  function receive(request: Message): void {
    if (request.header.msg_type !== "execute_request") {
      void handle(request, () => answer(request));
      return;
    }
    const mine = generation;
    cells = cells.then(() =>
      handle(request, () => (mine === generation ? execute(request) : { status: "aborted" })),
    );
  }

  async function handle(request: Message, content: () => Content | Promise<Content>): Promise<void> {
    const type = request.header.msg_type;
    server.publish(request, "status", { execution_state: "busy" });
    const reply = await content();
    if (reply) connection.send(replyTo(request, type.replace("_request", "_reply"), reply));
    server.publish(request, "status", { execution_state: "idle" });
    // what was answered meanwhile has not ended the cell
    if (executing) server.publish(executing, "status", { execution_state: "busy" });
    if (type === "shutdown_request") void server.close().then(() => endProcess(0));
  }

  async function execute(request: Message): Promise<Content> {
    executing = request;
    connection.printing(request.content.silent ? undefined : request);
    const content = await answer(request);
    executing = undefined;
    if ((content as { status?: string }).status === "error" && request.content.stop_on_error !== false) {
      await new Promise((resolve) => setTimeout(resolve, 5)); // requests sent before the error are read first
      generation++;
    }
    return content;
  }

  async function answer(request: Message): Promise<Content> {
    try {
      return await handlers[request.header.msg_type]?.(request);
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      return { status: "error", ename: name, evalue: message, traceback: (stack ?? message).split("\n") };
    }
  }

  const server: Server = {
    publish(request, type, content, extras) {
      connection.send(replyTo(request ?? nobody, type, content, { channel: "iopub", ...extras }));
    },
    ask: (request, question) =>
      connection.ask(replyTo(request, "input_request", question, { channel: "stdin" })),
    enter: connection.enter,
    ready: connection.ready,
    close: connection.close,
  };
  server.publish(undefined, "status", { execution_state: "starting" });
  return server;
}
