import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { connectionTo, importBullMQ, prefix, type Worker } from "./bullmq";
import type { Holding, ToLockThread } from "./lockKeeper";

void keepLocks(parentPort!, workerData as string);

async function keepLocks(main: MessagePort, url: string): Promise<void> {
  const { bullmq } = await importBullMQ();
  const tasks = new Map<string, Keeping>();
  main.on("message", (message: ToLockThread) => {
    const known = tasks.get(message.task);
    if ("isOver" in message) {
      known?.stop();
      tasks.delete(message.task);
    } else if (known) {
      known.holding = message;
    } else {
      const options = { connection: connectionTo(url), prefix, autorun: false };
      tasks.set(message.task, keepTask(new bullmq.Worker(message.task, null, options), message));
    }
  });
  main.postMessage("ready");
}

interface Keeping {
  holding: Holding;
  stop(): void;
}

function keepTask(worker: Worker, holding: Holding): Keeping {
  let [last, longest] = [Date.now(), 0];
  const keeping: Keeping = {
    holding,
    stop() {
      clearInterval(timer);
      worker.close(true).catch(() => undefined);
    },
  };
  const timer = setInterval(() => {
    longest = Math.max(longest, Date.now() - last); // a pause of the process may have been long: the next may be as well
    last = Date.now();
    const { jobs, token, lostAfter } = keeping.holding;
    if (jobs.length === 0) return;
    const tokens = jobs.map(() => token);
    worker.extendJobLocks(jobs, tokens, Math.max(lostAfter, 4 * longest)).catch(() => undefined); // said again soon
  }, holding.lostAfter / 4);
  worker.on("error", () => undefined); // the main thread has a connection too, which says it
  return keeping;
}
