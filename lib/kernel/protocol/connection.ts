import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { endProcess } from "../cells/exit";
import { createMarks } from "../descriptors/marks";
import {
  type Answer,
  answered,
  asking,
  interrupting,
  ownBusiness,
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
  /** Say in whose name it is published from now on what children and native code print; undefined: it is not. */
  printing(request: Message | undefined): void;
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

const { readers, terminal } = require("../descriptors/take.cjs") as { readers?: number[]; terminal?: number };

/**
 * Serve the ports of a connection file; what arrives goes to `receiver` as this thread comes round to it.
 * @throws Error when the file cannot be read
 */
export function connect(connectionFile: string, receiver: Receiver, kernelInfo: object): Connection {
  const info: ConnectionInfo = JSON.parse(readFileSync(connectionFile, "utf8"));
  const flags = new Int32Array(new SharedArrayBuffer(16));
  const { port1: answers, port2: answersOut } = new MessageChannel();
  const { port1: signals, port2: signalsOut } = new MessageChannel();
  startThread("signalThread.cjs", { signals: signalsOut }, [signalsOut]);
  const token = `smitin-${randomUUID()}`;
  const descriptors = readers && { readers, token };
  const marks = descriptors && createMarks(token);
  const data: ThreadData = { info, flags, answers: answersOut, signals, kernelInfo, descriptors, terminal };
  const thread = startThread("ioThread.cjs", data, [answersOut, signals]);
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

  function post(message: Message): void {
    const { channel } = message;
    const buffers = message.buffers.map((buffer) => new Uint8Array(buffer)); // as they are now
    const frames = encodeMessage({ ...message, buffers }, info.key);
    tell(
      { channel, frames, mark: marks?.mark() },
      buffers.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  return {
    send: (message) => post(message),
    printing: (request) => tell({ printing: request, mark: marks?.mark() }),
    ask(question) {
      while (receiveMessageOnPort(answers)); // what came too late for an earlier question
      Atomics.store(flags, answered, 0);
      Atomics.store(flags, asking, 1);
      post(question);
      Atomics.wait(flags, answered, 0);
      return receiveMessageOnPort(answers)!.message;
    },
    enter(now) {
      Atomics.store(flags, phase, now);
      if (now === ownBusiness) Atomics.store(flags, asking, 0); // a question whose cell was broken off
    },
    ready: () => tell("ready"),
    close: () =>
      new Promise((resolve) => {
        closed = resolve;
        tell({ close: true, mark: marks?.mark() });
      }),
  };
}

function startThread(file: string, workerData: object, transferList: MessagePort[]): Worker {
  const thread = new Worker(join(__dirname, file), { workerData, transferList, execArgv: [] });
  thread.on("error", (error) => {
    process.stderr.write(`the kernel's ${file}: ${error.message}\n`);
    endProcess(1);
  });
  return thread;
}
