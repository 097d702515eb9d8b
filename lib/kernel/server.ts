import type { JupyterHandlerImpl, ZmqServer } from "tslab/dist/jupyter";
import { tslabRequire } from "./tslab";

export type Message = Parameters<ZmqServer["handleKernelInfo"]>[1];

export interface ServerOptions {
  /** Answer an execute request; `publish` sends to all front ends in the request's name. */
  execute(message: Message, publish: (type: string, content: object) => void): Promise<object>;
  /** Called when the sockets are closed after a shutdown request. */
  closed(): void;
}

interface Socket {
  send(frames: unknown): Promise<void>;
  close(): void;
  sendHighWaterMark?: number | null;
}

/**
 * tslab's ZeroMQ server, mended: a socket sends one message at a time (zeromq refuses to send while it is sending),
 * nothing published is dropped, and an answer has its right type.
 */
export function kernelServer(
  handler: JupyterHandlerImpl,
  connectionFile: string,
  options: ServerOptions,
): ZmqServer {
  const { ZmqServer } = tslabRequire()("./dist/jupyter.js") as typeof import("tslab/dist/jupyter");
  const queues: Promise<unknown>[] = [];

  class Server extends ZmqServer {
    /** tslab prints a warning into the cell's output for messages that it does not know; they are passed over here. */
    override async handleShellMessage(
      socket: Parameters<ZmqServer["handleShellMessage"]>[0],
      ...frames: Buffer[]
    ) {
      if (answered.has(messageType(frames))) await super.handleShellMessage(socket, ...frames);
    }

    override async handleExecute(socket: unknown, message: Message): Promise<void> {
      const publish = (type: string, content: object) => this.answer(this.iopub, message, type, content);
      this.answer(socket, message, "execute_reply", await options.execute(message, publish));
    }

    override handleCommInfoRequest(socket: unknown, message: Message): void {
      this.answer(socket, message, "comm_info_reply", { status: "ok", comms: {} });
    }

    /** Let what is queued go out before the sockets close. */
    override close(): void {
      void sent().then(() => {
        super.close();
        options.closed();
      });
    }

    answer(socket: unknown, message: Message, type: string, content: object): void {
      const reply = message.createReply();
      reply.header.msg_type = type;
      reply.content = content;
      reply.signAndSend(this.connInfo.key, socket);
    }
  }

  const server = new Server(handler, connectionFile);
  const bind = (ZmqServer.prototype as unknown as { bindSocket: Bind }).bindSocket;
  (server as unknown as { bindSocket: Bind }).bindSocket = async (socket, port) => {
    if (socket === (server.iopub as unknown)) socket.sendHighWaterMark = 0;
    await bind.call(server, socket, port);
    const name = (["iopub", "shell", "control"] as const).find((n) => (server[n] as unknown) === socket);
    if (name) Object.assign(server, { [name]: queued(socket) });
  };
  return server;

  function queued(socket: Socket): Socket {
    const slot = queues.push(Promise.resolve()) - 1;
    return {
      send(frames) {
        const turn = queues[slot].then(() => socket.send(frames));
        queues[slot] = turn.catch(() => {});
        return turn;
      },
      close: () => socket.close(),
    };
  }

  /** Resolves when nothing is left to send. */
  async function sent(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50)); // the last status message is published after the reply
    await Promise.all(queues);
  }
}

/** Requests that have an answer. */
const answered = new Set(
  ["kernel_info", "execute", "is_complete", "inspect", "complete", "comm_info", "shutdown"].map(
    (n) => `${n}_request`,
  ),
);

/** The type of a message on the wire: identities, a delimiter, a signature, then the header. */
function messageType(frames: Buffer[]): string {
  const delimiter = frames.findIndex((frame) => frame.toString("latin1") === "<IDS|MSG>");
  try {
    return JSON.parse(frames[delimiter + 2].toString()).msg_type;
  } catch {
    return "";
  }
}

type Bind = (socket: Socket, port: number) => Promise<void>;
