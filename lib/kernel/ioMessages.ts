import type { MessagePort } from "node:worker_threads";
import type { ConnectionInfo } from "./sockets";
import type { Channel, Message } from "./wire";

/** What the thread is started with. */
export interface ThreadData {
  info: ConnectionInfo;
  /** where the answer to a question goes */
  answers: MessagePort;
  flags: Int32Array;
}

/** Places in `flags`: 1 when a question is answered; 1 while the main thread runs a cell's code. */
export const answered = 0;
export const running = 1;

/** What a front end said to a question. */
export type Answer = { value: string } | "interrupted";
export type ToMain = { message: Message } | { ping: number } | "closed";
export type ToThread =
  | { channel: Channel; frames: (string | Uint8Array)[]; asks?: boolean }
  | { pong: number }
  | "close";
