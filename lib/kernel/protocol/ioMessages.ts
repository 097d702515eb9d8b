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
  /** what native code and children print; absent where that stays in the terminal */
  descriptors?: {
    /** the ends of the pipes of descriptors 1 and 2 that are read */
    readers: number[];
    /** of the marks between what is printed */
    token: string;
  };
  /** the descriptor of the terminal, where there is one */
  terminal?: number;
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
  /** `mark`: of what has been printed before at the descriptors */
  | { channel: Channel; frames: (string | Uint8Array)[]; mark?: number }
  /** in whose name it is published what is printed at the descriptors; undefined: it is not */
  | { printing: Message | undefined; mark?: number }
  | { close: true; mark?: number }
  | { pong: number }
  | "ready";
