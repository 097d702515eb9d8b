import { setTimeout as sleep } from "node:timers/promises";
import { stopper } from "../jobs/interruption";
import type { ModelIdentity } from "../probes/probe";
import type { Queue } from "./bullmq";
import { jobOf, keyOf, type TaskQueue } from "./redisQueue";
import { type Piece, type QueuedTask, type Recipe, type Result, taskOf } from "./task";

export interface GatherOptions<Each extends Result> {
  /** What the pieces are called, for messages. */
  pieces: string;
  /** Results fetched at once. */
  page: number;
  /** Told once how many pieces wait in the queue. */
  onQueued?(pieces: number): void;
  /** Where all pieces are to be done on one engine: that of those that are there already, and who is told which it is. */
  engine?: { there: string | undefined; onKnown(engine: string): void };
  /** Called with every result that came in. */
  onResult(result: Each): void;
  /** Takes what is not finished out of the queue, and throws the signal's reason; so does an interrupt of the notebook. */
  signal?: AbortSignal;
}

/** A piece that failed is tried again after 1, 2, 4 and 8 s. */
const retries = { attempts: 5, backoff: { type: "exponential", delay: 1000 } };
/** How often results are fetched, and how often it is made sure that no piece was lost, ms. */
const [fetchEvery, repeatEvery] = [250, 30_000];

/**
 * Have pieces of a recipe done by workers (`workOn`) on any number of machines: they are put into a queue, and the results fetched
 * as they come, in any order.
 * @throws Error when the queue holds work of another model, or is done on another engine, or when pieces failed again and again;
 *   the signal's reason
 */
export async function gather<Each extends Result>(
  taskQueue: TaskQueue,
  recipe: Recipe,
  wanted: Piece[],
  { onQueued, engine, signal, ...options }: GatherOptions<Each>,
): Promise<void> {
  const check = stopper(signal);
  await refuseOthers(taskQueue, recipe.model);
  const task = taskOf(recipe);
  const queue = taskQueue.pieces(task.id);
  try {
    await queue.clean(0, 0, "failed"); // of an earlier run: another chance
    const put = async (some: Iterable<Piece>) => {
      await taskQueue.add(task);
      await addPieces(queue, some);
    };
    if (engine) await agreeOnEngine(taskQueue, task, engine.there);
    await put(wanted);
    onQueued?.(wanted.length);
    const onFirst = async () => {
      const known = engine && (await taskQueue.engine(task.id));
      if (known) engine.onKnown(known);
    };
    await fetchAll(queue, wanted, put, { ...options, onFirst, check });
  } finally {
    await taskQueue.remove(task.id);
  }
}

/** @param there the engine of the pieces that are done already */
async function agreeOnEngine(
  taskQueue: TaskQueue,
  { id }: QueuedTask,
  there: string | undefined,
): Promise<void> {
  const isNew = !(await taskQueue.tasks()).some((task) => task.id === id);
  if (isNew) await taskQueue.forgetEngine(id); // of a worker that came too late for an earlier run
  if (there === undefined) return;
  const agreed = await taskQueue.engine(id, there);
  if (agreed !== there)
    throw new Error(
      `${taskQueue.name}: expected workers on the engine ${there}, as what is finished, found ${agreed}: end those`,
    );
}

/** Add pieces, those that are there already excepted. */
async function addPieces(queue: Queue, pieces: Iterable<Piece>): Promise<void> {
  await queue.addBulk(
    [...pieces].map(({ key, data }) => ({ name: "piece", data, opts: { jobId: jobOf(key), ...retries } })),
  );
}

async function fetchAll<Each extends Result>(
  queue: Queue,
  wanted: Piece[],
  put: (pieces: Iterable<Piece>) => Promise<void>,
  {
    pieces,
    page,
    onFirst,
    onResult,
    check,
  }: Omit<GatherOptions<Each>, "onQueued" | "engine" | "signal"> & {
    onFirst(): Promise<void>;
    check(): void;
  },
): Promise<void> {
  const missing = new Map(wanted.map((piece) => [piece.key, piece]));
  const failed = new Map<string, string>();
  let added = Date.now();
  while (missing.size > failed.size) {
    const jobs = await queue.getJobs(["completed"], 0, page - 1);
    if (jobs.length > 0 && missing.size === wanted.length) await onFirst();
    for (const job of jobs) {
      const [key, result] = [keyOf(job), job.returnvalue as Each | null];
      if (result?.key !== key) throw new Error(`queue: expected the result of ${key}, found ${result?.key}`);
      if (missing.delete(key)) onResult(result);
    }
    for (const job of jobs) await job.remove();
    for (const job of await queue.getJobs(["failed"], 0, -1))
      if (missing.has(keyOf(job))) failed.set(keyOf(job), job.failedReason ?? "for no reason");
    check();
    if (jobs.length === 0) await sleep(fetchEvery);
    if (Date.now() - added < repeatEvery) continue;
    await put(missing.values()); // whatever a server that was restarted has forgotten
    added = Date.now();
  }
  const [first] = failed;
  if (!first) return;
  throw new Error(
    `${failed.size} of ${wanted.length} ${pieces} failed, among them ${first[0]}: ${first[1]}; the others are kept, and the same command tries these again`,
  );
}

async function refuseOthers({ name, tasks }: TaskQueue, model: ModelIdentity): Promise<void> {
  const other = (await tasks()).find(({ recipe }) => recipe.model.fingerprint !== model.fingerprint);
  if (other) throw new Error(otherModel(name, model, other.recipe.model));
}

/** The message of a queue that holds work for another model. */
export function otherModel(name: string, expected: ModelIdentity, found: ModelIdentity): string {
  const [own, theirs] = [expected, found].map((model) => `${model.name}, fingerprint ${model.fingerprint}`);
  return `${name}: expected work for model ${own}, found some for ${theirs}: let it finish, or take another database of the server (redis://host:port/1)`;
}
