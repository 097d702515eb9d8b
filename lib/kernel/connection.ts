import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import {
  type Answer,
  answered,
  interrupting,
  type Phase,
  phase,
  type ThreadData,
  type ToMain,
  type ToThread,
} from "./ioMessages";
import type { ConnectionInfo } from "./sockets";
import { encodeMessage, type Message } from "./wire";

/** The kernel's line to its front ends, held by a thread of its own. */
export interface Connection {
  /** Send an answer, or publish; it leaves at once, however busy this thread is. */
  send(message: Message): void;
  /** Send a question and wait, this thread standing still, until it is answered. */
  ask(question: Message): Answer;
  /** Say what this thread does now: an interrupt may break off a cell's code, nothing else. */
  enter(now: Phase): void;
  /** Say that this thread answers from now on; until then the other says who the kernel is. */
  ready(): void;
  /** Let everything go out, then close. */
  close(): Promise<void>;
}

export interface Receiver {
  message(message: Message): void;
  interrupt(): void;
}

/**
 * Serve the ports of a connection file; what arrives goes to `receiver` as this thread comes round to it.
 * @throws Error when the file cannot be read
 */
export function connect(connectionFile: string, receiver: Receiver, kernelInfo: object): Connection {
  const info: ConnectionInfo = JSON.parse(readFileSync(connectionFile, "utf8"));
  const flags = new Int32Array(new SharedArrayBuffer(12));
  const { port1: answers, port2: answersOut } = new MessageChannel();
  const data: ThreadData = { info, flags, answers: answersOut, kernelInfo };
  const thread = new Worker(join(__dirname, "ioThread.cjs"), {
    workerData: data,
    transferList: [answersOut],
    execArgv: [],
  });
  const tell = (order: ToThread, buffers: ArrayBuffer[] = []) => thread.postMessage(order, buffers);
  let closed = () => {};
  thread.on("message", (news: ToMain) => {
    if (news === "closed") closed();
    else if ("message" in news) receiver.message(news.message);
    else {
      tell({ pong: news.ping });
      if (Atomics.exchange(flags, interrupting, 0)) receiver.interrupt();
    }
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
    enter(now) {
      Atomics.store(flags, phase, now);
    },
    ready: () => tell("ready"),
    close: () =>
      new Promise((resolve) => {
        closed = resolve;
        tell("close");
      }),
  };
}
