import type { MessagePort } from "node:worker_threads";
import type { ConnectionInfo } from "./sockets";
import type { Channel, Message } from "./wire";

/** What the thread is started with. */
export interface ThreadData {
  info: ConnectionInfo;
  /** where the answer to a question goes */
  answers: MessagePort;
  /** a word for each SIGINT that no cell's beginning has taken */
  signals: MessagePort;
  flags: Int32Array;
  /** the answer to kernel_info_request */
  kernelInfo: object;
}

/**
 * Places in `flags`: 1 when a question is answered; what the main thread does; 1 while an interrupt is on its way; 1 while
 * the main thread waits for an answer.
 */
export const answered = 0;
export const phase = 1;
export const interrupting = 2;
export const asking = 3;

/** What the main thread may do: its own business; a cell's code from its beginning, or after it has waited. */
export const ownBusiness = 0;
export const cellBegins = 1;
export const cellGoesOn = 2;
export type Phase = typeof ownBusiness | typeof cellBegins | typeof cellGoesOn;

/** What a front end said to a question. */
export type Answer = { value: string } | "interrupted";
export type ToMain = { message: Message } | { ping: number } | "closed";
export type ToThread =
  | { channel: Channel; frames: (string | Uint8Array)[] }
  | { pong: number }
  | "ready"
  | "close";
