import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** A task's pieces that are in hand. */
export interface Holding {
  task: string;
  token: string;
  /** The jobs that the pieces are. */
  jobs: string[];
  /** Milliseconds without a sign of life after which they are others'. */
  lostAfter: number;
}

/** What the thread is told. */
export type ToLockThread = Holding | { task: string; isOver: true };

/** Says again and again that pieces are in hand. */
export interface LockKeeper {
  /** Of this task: from now on these and no others. */
  hold(holding: Holding): void;
  /** Nothing of this task is in hand any more, nor will be. */
  release(task: string): void;
  close(): Promise<void>;
}

/**
 * Keep pieces of tasks at a server locked, from a thread of its own: computing may keep this one from everything else for
 * longer than a lock lasts.
 * @throws Error when the thread does not start
 */
export async function openLockKeeper(url: string): Promise<LockKeeper> {
  const thread = new Worker(join(__dirname, "lockThread.cjs"), { workerData: url, execArgv: [] });
  await once(thread, "message");
  thread.unref();
  const tell = (message: ToLockThread) => thread.postMessage(message);
  return {
    hold: tell,
    release: (task) => tell({ task, isOver: true }),
    close: async () => void (await thread.terminate()),
  };
}
