import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { type Answer, answered, running, type ThreadData, type ToMain, type ToThread } from "./ioMessages";
import type { ConnectionInfo } from "./sockets";
import { encodeMessage, type Message } from "./wire";

/** The kernel's line to its front ends, held by a thread of its own. */
export interface Connection {
  /** Send an answer, or publish; it leaves at once, however busy this thread is. */
  send(message: Message): void;
  /** Send a question and wait, this thread standing still, until it is answered. */
  ask(question: Message): Answer;
  /** Say whether a cell's code runs now: only then may an interrupt break off what this thread does. */
  runs(code: boolean): void;
  /** Let everything go out, then close. */
  close(): Promise<void>;
}

/**
 * Serve the ports of a connection file; requests go to `receive` as this thread comes round to them.
 * @throws Error when the file cannot be read
 */
export function connect(connectionFile: string, receive: (message: Message) => void): Connection {
  const info: ConnectionInfo = JSON.parse(readFileSync(connectionFile, "utf8"));
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const { port1: answers, port2: answersOut } = new MessageChannel();
  const data: ThreadData = { info, flags, answers: answersOut };
  const thread = new Worker(join(__dirname, "ioThread.cjs"), {
    workerData: data,
    transferList: [answersOut],
    execArgv: [],
  });
  const tell = (order: ToThread, buffers: ArrayBuffer[] = []) => thread.postMessage(order, buffers);
  let closed = () => {};
  thread.on("message", (news: ToMain) => {
    if (news === "closed") closed();
    else if ("ping" in news) tell({ pong: news.ping });
    else receive(news.message);
  });
  thread.on("error", (error) => {
    process.stderr.write(`the kernel's connection: ${error.message}\n`);
    process.exit(1);
  });

  function post(message: Message, asks?: boolean): void {
    const { channel } = message;
    const buffers = message.buffers.map((buffer) => new Uint8Array(buffer)); // as they are now
    const frames = encodeMessage({ ...message, buffers }, info.key);
    tell(
      { channel, frames, asks },
      buffers.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  return {
    send: (message) => post(message),
    ask(question) {
      while (receiveMessageOnPort(answers)); // what came too late for an earlier question
      Atomics.store(flags, answered, 0);
      post(question, true);
      Atomics.wait(flags, answered, 0);
      return receiveMessageOnPort(answers)!.message;
    },
    runs(code) {
      Atomics.store(flags, running, Number(code));
    },
    close: () =>
      new Promise((resolve) => {
        closed = resolve;
        tell("close");
      }),
  };
}
