import {
  type BullMQ,
  connectionTo,
  importBullMQ,
  type Job,
  patience,
  prefix,
  type Queue,
  type Redis,
  type Worker,
} from "./bullmq";
import { type LockKeeper, openLockKeeper } from "./lockKeeper";
import type { QueuedTask, Recipe } from "./task";

/**
 * A Redis server with work that waits: a BullMQ queue of recipes, and for each of them a queue of its pieces, whose
 * jobs have the pieces' keys as names, so that no piece is there twice.
 */
export interface TaskQueue {
  /** The server's address without its password, for messages. */
  name: string;
  /** The tasks that wait, oldest first. */
  tasks(): Promise<QueuedTask[]>;
  /** Add a task, unless it waits already. */
  add(task: QueuedTask): Promise<void>;
  /** Remove a task and all its pieces. */
  remove(id: string): Promise<void>;
  pieces(id: string): Queue;
  /**
   * The engine that a task is done on, by one who would do it on `own`: the first one named stands. (Engines differ in the last
   * bits of sums, and takes by them in tokens.)
   */
  engine(id: string, own: string): Promise<string>;
  engine(id: string): Promise<string | undefined>;
  forgetEngine(id: string): Promise<void>;
  /** Someone who works on a task's pieces. @param lostAfter milliseconds without a sign of life after which they are others' */
  worker(id: string, lostAfter: number): Worker;
  /** What says of workers' pieces that they are in hand; there is one. */
  lockKeeper(): Promise<LockKeeper>;
  UnrecoverableError: BullMQ["UnrecoverableError"];
  close(): Promise<void>;
}

/** The id of the job that a piece is. BullMQ takes no number for one, and a key may look like one. */
export function jobOf(key: string): string {
  return `${mark}${key}`;
}

/** The key of the piece that a job is. */
export function keyOf({ id }: Pick<Job, "id">): string {
  return id.slice(mark.length);
}

const mark = "piece-";

/** How long a server may be silent at first. */
const answerWithin = 5000;

/**
 * Connect to a Redis server, do something there, and disconnect.
 * @param onTrouble told once when the connection breaks; it is tried again for a minute
 * @throws Error within seconds when the address is none, no Redis server answers there, or the packages are not installed;
 *   when the connection is gone for good
 */
export async function withTaskQueue<T>(
  url: string,
  onTrouble: (text: string) => void,
  run: (taskQueue: TaskQueue) => Promise<T>,
): Promise<T> {
  const taskQueue = await openTaskQueue(url, onTrouble);
  try {
    return await run(taskQueue);
  } catch (error) {
    if (!isConnectionLoss(error as Error)) throw error;
    throw new Error(`${taskQueue.name}: the connection is gone: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await taskQueue.close();
  }
}

/** Is it about the connection, and not about what was done over it? */
export function isConnectionLoss({ message }: Error): boolean {
  return /connection is closed|ECONN|ETIMEDOUT|EPIPE/i.test(message);
}

async function openTaskQueue(url: string, onTrouble: (text: string) => void): Promise<TaskQueue> {
  const name = nameOf(url);
  const { bullmq, Redis } = await importBullMQ();
  await reach(new Redis(url, { ...probing }), name);
  let isTold = false;
  const connection = connectionTo(url);
  const open: { close(force?: boolean): Promise<void> }[] = [];
  let lockKeeper: Promise<LockKeeper> | undefined;
  const watched = <Item extends Queue | Worker>(item: Item): Item => {
    open.push(item);
    item.on("error", ({ message }) => {
      if (!isTold) onTrouble(`${name}: ${message}; trying again for ${patience} s`);
      isTold = true;
    });
    return item;
  };
  const queue = (of: string) => watched(new bullmq.Queue(of, { connection, prefix }));
  const recipes = queue("tasks");
  const engines = queue("engines");
  const queues = new Map<string, Queue>();
  const known = new Map<string, Recipe>();
  const pieces = (id: string) => {
    const found = queues.get(id) ?? queue(id);
    queues.set(id, found);
    return found;
  };
  async function engine(id: string, own?: string) {
    const known = await engines.getJob(id);
    if (known || own === undefined) return known?.data as string;
    await engines.addBulk([{ name: "engine", data: own, opts: { jobId: id } }]); // unless another was faster
    return ((await engines.getJob(id))?.data ?? own) as string; // it may just have left
  }
  const forgetEngine = async (id: string) => void (await (await engines.getJob(id))?.remove());
  return {
    name,
    async tasks() {
      const tasks: QueuedTask[] = [];
      for (const id of await recipes.getRanges(["waiting"], 0, -1, true)) {
        const recipe = known.get(id) ?? ((await recipes.getJob(id))?.data as Recipe | undefined);
        if (!recipe) continue; // it has just left
        known.set(id, recipe);
        tasks.push({ id, recipe });
      }
      return tasks;
    },
    add: async ({ id, recipe }) =>
      void (await recipes.addBulk([{ name: recipe.kind, data: recipe, opts: { jobId: id } }])),
    async remove(id) {
      await (await recipes.getJob(id))?.remove();
      await forgetEngine(id);
      await pieces(id).obliterate({ force: true });
    },
    pieces,
    engine,
    forgetEngine,
    worker: (id, lostAfter) =>
      watched(
        new bullmq.Worker(id, null, {
          connection,
          prefix,
          autorun: false,
          lockDuration: lostAfter,
          stalledInterval: Math.max(500, lostAfter / 4),
          maxStalledCount: Number.MAX_SAFE_INTEGER, // the lab counts itself, and tries smaller batches first
        }),
      ),
    lockKeeper() {
      lockKeeper ??= openLockKeeper(url).then((keeper) => {
        open.push(keeper);
        return keeper;
      });
      return lockKeeper;
    },
    UnrecoverableError: bullmq.UnrecoverableError,
    close: async () => void (await Promise.allSettled(open.map((item) => item.close(true)))),
  };
}

const probing = {
  lazyConnect: true,
  connectTimeout: answerWithin,
  commandTimeout: answerWithin,
  retryStrategy: () => null,
};

async function reach(redis: Redis, name: string): Promise<void> {
  let trouble: Error | undefined;
  redis.on("error", (error) => {
    trouble ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const { message, code } = (trouble ?? error) as NodeJS.ErrnoException;
    throw new Error(`${name}: expected a Redis server that answers, found: ${message || code}`);
  } finally {
    redis.disconnect();
  }
}

/** @throws Error on what is no address; nothing of it is shown, since it may hold a password */
function nameOf(url: string): string {
  if (URL.canParse(url)) {
    const { protocol, hostname, host, pathname, search, hash } = new URL(url);
    const isRedis = protocol === "redis:" || protocol === "rediss:";
    const isWhole = /^\/?\d*$/.test(pathname) && hash === "" && !search.includes("@"); // else the password's / # ? ended the host
    if (isRedis && hostname && isWhole) return `${protocol}//${host}${pathname.replace(/\/$/, "")}`;
  }
  throw new Error(
    "queue: expected redis://host:port or rediss://host:port (in a password, / # ? @ and : as %2F %23 %3F %40 and %3A), found something else, which is not shown, since it may hold a password",
  );
}
