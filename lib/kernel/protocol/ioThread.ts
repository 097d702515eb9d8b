import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type Interleaved, interleave } from "../descriptors/interleave";
import {
  type Answer,
  answered,
  asking,
  cellBegins,
  cellGoesOn,
  interrupting,
  phase,
  type ThreadData,
  type ToMain,
  type ToThread,
} from "./ioMessages";
import { openSockets } from "./sockets";
import { decodeMessage, encodeMessage, type Message, replyTo } from "./wire";

/** Milliseconds between looks at a main thread that does not react to an interrupt. */
const pause = 250;
/** At this look it is broken off: once, it may already be on its way back. Another interrupt tries again. */
const lastLook = 6;
/** Milliseconds for which a signal of our own may still come back: when nothing has become of it, and when it has done its work. */
const [longEcho, shortEcho] = [1000, 100];

// The thread lives on while a cell keeps the main thread busy: outputs leave at once, the heartbeat beats, interrupts
// arrive, and the kernel ends with its parent.
void serve(parentPort!, workerData as ThreadData);

async function serve(main: MessagePort, data: ThreadData): Promise<void> {
  const { info, answers, signals, flags, kernelInfo } = data;
  const isAsking = () => Atomics.load(flags, asking) === 1;
  let isReady = false;
  let pings = 0;
  let pongs = 0;
  let echoUntil = 0;
  const tell = (message: ToMain) => main.postMessage(message);
  const sockets = await openSockets(info, (channel, frames) => {
    let message: Message;
    try {
      message = decodeMessage(channel, frames, info.key);
    } catch (error) {
      writeSync(data.terminal ?? 2, `${(error as Error).message}\n`);
      return;
    }
    const type = message.header.msg_type;
    if (channel === "stdin") {
      if (type === "input_reply" && isAsking()) answer({ value: String(message.content.value) });
    } else if (type === "interrupt_request") {
      interrupt();
      answerHere(message, { status: "ok" });
    } else if (type === "kernel_info_request" && !isReady) {
      answerHere(message, kernelInfo); // a front end need not wait for the compiler to load
    } else {
      // a copy of each buffer begins at its memory's beginning, as typed arrays over it need
      tell({ message: { ...message, buffers: message.buffers.map((buffer) => new Uint8Array(buffer)) } });
    }
  });
  const send = (message: Message) => sockets.send(message.channel, encodeMessage(message, info.key));

  function answerHere(request: Message, content: object): void {
    const status = (execution_state: string) =>
      send(replyTo(request, "status", { execution_state }, { channel: "iopub" }));
    status("busy");
    send(replyTo(request, request.header.msg_type.replace("_request", "_reply"), content));
    status("idle");
  }

  let printing: Message | undefined;
  const printed = data.descriptors && readDescriptors(data.descriptors, publishText, carryOut);
  main.on("message", (order: ToThread) => {
    if (printed && typeof order === "object" && "mark" in order) printed.message(order, order.mark!);
    else void carryOut(order);
  });

  /** Publish what children and native code have printed. */
  function publishText(name: string, text: string): void {
    if (printing) send(replyTo(printing, "stream", { name, text }, { channel: "iopub" }));
  }

  async function carryOut(order: ToThread): Promise<void> {
    if (order === "ready") {
      isReady = true;
    } else if ("pong" in order) {
      pongs = order.pong;
      echoUntil = Math.min(echoUntil, Date.now() + shortEcho);
    } else if ("close" in order) {
      await sockets.close();
      tell("closed");
    } else if ("printing" in order) {
      printing = order.printing;
    } else {
      sockets.send(order.channel, order.frames);
    }
  }
  signals.on("message", () => {
    if (Date.now() > echoUntil) interrupt();
    echoUntil = 0;
  });
  endWithParent();

  function answer(given: Answer): void {
    Atomics.store(flags, asking, 0);
    answers.postMessage(given);
    Atomics.store(flags, answered, 1);
    Atomics.notify(flags, answered);
  }

  /**
   * A main thread that comes round to it ends the cell. One that is busy does not: in a cell's synchronous beginning a
   * signal reaches it (Node watches for it there); later on its code is broken off where it is. A signal that finds that
   * beginning over comes back here, from the thread that takes signals, and says nothing new.
   */
  function interrupt(): void {
    if (isAsking()) {
      answer("interrupted");
      return;
    }
    const ping = ++pings;
    const knock = () => {
      Atomics.store(flags, interrupting, 1);
      tell({ ping });
    };
    knock();
    let looks = 0;
    const insist = setInterval(() => {
      looks++;
      const doing = Atomics.load(flags, phase);
      if (pongs >= ping) {
        clearInterval(insist);
      } else if (doing === cellBegins) {
        Atomics.store(flags, interrupting, 0);
        echoUntil = Date.now() + longEcho;
        process.kill(process.pid, "SIGINT");
      } else if (doing === cellGoesOn && looks === lastLook) {
        breakOff(knock); // again: what is broken off may have been the main thread's answer
      }
    }, pause);
  }
}

/** Read the pipes of descriptors 1 and 2, and let the main thread's orders through where they belong between what is printed. */
function readDescriptors(
  { readers, token }: NonNullable<ThreadData["descriptors"]>,
  text: (name: string, text: string) => void,
  carryOut: (order: ToThread) => Promise<void>,
): Interleaved<ToThread> {
  const printed = interleave<ToThread>(token, text, (order) => void carryOut(order));
  for (const [i, name] of (["stdout", "stderr"] as const).entries()) {
    const pipe = new Socket({ fd: readers[i], readable: true, writable: false });
    pipe.on("data", (bytes) => printed.printed(name, bytes));
  }
  return printed;
}

function breakOff(then: () => void): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", () => {
    session.disconnect();
    then();
  });
}

/** End with the process that started the kernel (it says so in JPY_PARENT_PID), also when that was killed. */
function endWithParent(): void {
  const parent = Number(process.env.JPY_PARENT_PID);
  if (!parent) return;
  const starter = process.ppid;
  setInterval(() => {
    if (process.ppid !== starter || !isAlive(parent)) process.kill(process.pid, "SIGKILL");
  }, 1000);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
