import { isMainThread } from "node:worker_threads";

/** What is used of bullmq 6 (docs.bullmq.io) and ioredis 6, which are optional packages. */
export interface BullMQ {
  Queue: new (name: string, options: object) => Queue;
  Worker: new (name: string, processor: null, options: object) => Worker;
  UnrecoverableError: new (message: string) => Error;
}

export interface Queue {
  addBulk(jobs: { name: string; data: unknown; opts?: object }[]): Promise<unknown>;
  getJob(id: string): Promise<Job | undefined>;
  getJobs(states: string[], first: number, last: number, ascending?: boolean): Promise<Job[]>;
  getRanges(states: string[], first: number, last: number, ascending?: boolean): Promise<string[]>;
  clean(grace: number, limit: number, state: string): Promise<string[]>;
  obliterate(options: { force: boolean }): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** A worker that is asked for its jobs one by one. */
export interface Worker {
  getNextJob(token: string, options: { block: boolean }): Promise<Job | undefined>;
  extendJobLocks(ids: string[], tokens: string[], milliseconds: number): Promise<string[]>;
  startStalledCheckTimer(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(force: boolean): Promise<void>;
}

export interface Job {
  id: string;
  data: unknown;
  returnvalue: unknown;
  failedReason?: string;
  /** How often it failed. */
  attemptsMade: number;
  /** How often its worker was lost. */
  stalledCounter: number;
  moveToCompleted(value: unknown, token: string, fetchNext: false): Promise<unknown>;
  moveToFailed(error: Error, token: string, fetchNext: false): Promise<unknown>;
  moveToWait(token: string): Promise<unknown>;
  remove(): Promise<void>;
}

/** What is used of ioredis to see whether a server answers. */
export interface Redis {
  connect(): Promise<void>;
  ping(): Promise<string>;
  on(event: "error", listener: (error: Error) => void): unknown;
  disconnect(): void;
}

/** What the lab's names on a server begin with. */
export const prefix = "smitin";

/** For so many seconds a connection that broke is tried again. */
export const patience = 60;

/** How BullMQ connects. */
export function connectionTo(url: string): object {
  const retryStrategy = (times: number) => (times > patience ? null : 1000);
  return { url, retryStrategy, maxRetriesPerRequest: null };
}

/**
 * The packages. What they warn of is shown once, and not for every connection.
 * @throws Error saying what to install
 */
export async function importBullMQ(): Promise<{
  bullmq: BullMQ;
  Redis: new (url: string, options: object) => Redis;
}> {
  const [bullmq, ioredis]: string[] = ["bullmq", "ioredis"]; // variables, so that the compiler does not ask for them
  try {
    const redis = await import(ioredis);
    warnOnce();
    return { bullmq: (await import(bullmq)) as BullMQ, Redis: redis.Redis };
  } catch (error) {
    throw new Error(
      `a queue needs the optional packages bullmq 6 and ioredis 6: run \`npm install bullmq@6 ioredis@6\` (16 MB); ${(error as Error).message.split("\n")[0]}`,
    );
  }
}

const warned = new Set<string>();
let isWrapped = false;

/** BullMQ and ioredis tell console.warn about the server (its eviction policy, its version) once for every connection. */
function warnOnce(): void {
  if (isWrapped) return;
  isWrapped = true;
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    const text = words.join(" ");
    const isOurs =
      /^(IMPORTANT! Eviction policy|It is highly recommended to use a minimum Redis|\[WARN\] )/.test(text);
    if (isOurs && (!isMainThread || warned.has(text))) return;
    if (isOurs) warned.add(text);
    warn(...words);
  };
}
