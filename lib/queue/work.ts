import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { currentEngine } from "../engine";
import { loadModel } from "../hub/loadModel";
import type { MusicGen } from "../model/musicgen";
import type { Job, Worker } from "./bullmq";
import { otherModel } from "./gather";
import type { LockKeeper } from "./lockKeeper";
import { isConnectionLoss, jobOf, keyOf, type TaskQueue } from "./redisQueue";
import { openTask, type Piece, type QueuedTask, type Task } from "./task";

export interface WorkOptions {
  /** The model to work with. Default: that of the first task in the queue, by its name. */
  model?: { name: string; loaded: MusicGen };
  /** Loads the model that a task names. Default: `loadModel`, which says nothing while it downloads. */
  load?(name: string): Promise<MusicGen>;
  /** Cells of a batch, at most; a killed worker loses no more. */
  rows: number;
  /** What a worker has in hand that gave no sign of life for so many seconds is given to others. */
  lostAfter: number;
  /** End after so many seconds without work. Default: never. */
  idle?: number;
  /** Told what is going on. */
  onEvent(text: string): void;
  /** Ends the work: what is in hand is given back. */
  signal?: AbortSignal;
}

/** A piece whose worker was lost so often is given up. */
const mostLosses = 5;

/**
 * Do pieces of the work that waits in a queue (cells of sweeps, songs of captures), oldest first, until nothing has come for a while
 * or the signal says so. A batch that fails is tried again later, in smaller ones.
 * @throws Error when the queue holds work for another model, or a sweep that others do on another engine, or its model, judge or
 *   data are not here; when the server is gone
 */
export async function workOn(taskQueue: TaskQueue, options: WorkOptions): Promise<void> {
  const { idle = Number.POSITIVE_INFINITY, signal } = options;
  const assignments = new Map<string, Assignment>();
  let model = options.model;
  let busy = Date.now();
  while (!signal?.aborted && Date.now() - busy < 1000 * idle) {
    const tasks = await taskQueue.tasks();
    for (const [id, { worker, lockKeeper }] of assignments) {
      if (tasks.some((task) => task.id === id)) continue;
      lockKeeper.release(id);
      await worker.close(true);
      assignments.delete(id);
    }
    let worked = false;
    for (const queued of tasks) {
      model ??= await loadFor(queued, taskQueue, options.load);
      const assignment =
        assignments.get(queued.id) ?? (await openAssignment(taskQueue, queued, model, options));
      assignments.set(queued.id, assignment);
      if (queued.recipe.kind === "sweep") await checkEngine(taskQueue, queued.id);
      worked = await doBatch(taskQueue, assignment, options);
      if (worked) break;
    }
    if (worked) busy = Date.now();
    else await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

/** Where one worker works on one task. */
interface Assignment {
  id: string;
  /** For messages. */
  name: string;
  task: Task;
  worker: Worker;
  lockKeeper: LockKeeper;
  token: string;
}

async function loadFor(
  { recipe: { model, kind } }: QueuedTask,
  { name }: TaskQueue,
  load: WorkOptions["load"] = loadModel,
): Promise<NonNullable<WorkOptions["model"]>> {
  try {
    return { name: model.name, loaded: await load(model.name) };
  } catch (error) {
    throw new Error(
      `${name}: the ${kind} there needs model ${model.name}, fingerprint ${model.fingerprint}, which is not here (say where it is by --model): ${(error as Error).message}`,
      { cause: error },
    );
  }
}

async function openAssignment(
  taskQueue: TaskQueue,
  { id, recipe }: QueuedTask,
  { name, loaded }: NonNullable<WorkOptions["model"]>,
  { rows, lostAfter, signal }: WorkOptions,
): Promise<Assignment> {
  if (recipe.model.fingerprint !== loaded.fingerprint)
    throw new Error(otherModel(taskQueue.name, { name, fingerprint: loaded.fingerprint }, recipe.model));
  const task = await openTask(loaded, recipe, { rows, signal });
  const worker = taskQueue.worker(id, 1000 * lostAfter);
  await worker.startStalledCheckTimer();
  const lockKeeper = await taskQueue.lockKeeper();
  return { id, name: `${recipe.kind} ${id}`, task, worker, lockKeeper, token: randomUUID() };
}

async function checkEngine(taskQueue: TaskQueue, id: string): Promise<void> {
  const own = currentEngine().name;
  const others = await taskQueue.engine(id, own);
  if (others !== own)
    throw new Error(
      `${taskQueue.name}: expected a worker on the engine ${others}, as the sweep's others are, found ${own}: takes would differ (SMITIN_BACKEND chooses)`,
    );
}

/** Take pieces and do them. @returns whether there were any */
async function doBatch(taskQueue: TaskQueue, assignment: Assignment, options: WorkOptions): Promise<boolean> {
  const { token, task } = assignment;
  const { signal } = options;
  const onEvent = (count: number, text = "") =>
    options.onEvent(
      `${assignment.name}: ${count} ${count === 1 ? task.pieces.slice(0, -1) : task.pieces}${text}`,
    );
  const inHand = new Map<string, Job>();
  const tellKeeper = () => {
    const jobs = [...inHand.keys()].map(jobOf);
    assignment.lockKeeper.hold({ task: assignment.id, token, jobs, lostAfter: 1000 * options.lostAfter });
  };
  let late = 0;
  const handIn = async (key: string, moved: Promise<unknown>) => {
    inHand.delete(key);
    tellKeeper();
    if (!(await wasOurs(moved))) late++;
  };
  try {
    const taken = await takePieces(taskQueue, assignment, inHand, tellKeeper);
    if (taken === 0) return false;
    onEvent(inHand.size);
    for await (const result of task.compute([...inHand.values()].map(pieceOf))) {
      const { key } = result;
      await handIn(key, inHand.get(key)!.moveToCompleted(result, token, false));
    }
  } catch (error) {
    if (isConnectionLoss(error as Error)) throw error;
    const isOver = signal?.aborted === true;
    if (!isOver) onEvent(inHand.size, ` failed: ${(error as Error).message}`);
    for (const [key, job] of inHand)
      await handIn(key, isOver ? job.moveToWait(token) : job.moveToFailed(error as Error, token, false));
  } finally {
    inHand.clear();
    tellKeeper();
  }
  if (late > 0) onEvent(late, " came too late: they are others' by now, or not asked for any more");
  return true;
}

/**
 * Fill `inHand`: half as many pieces whenever the first of them has failed or been lost once more.
 * @param onTaken called with every one
 * @returns how many were taken
 */
async function takePieces(
  taskQueue: TaskQueue,
  { worker, token, task }: Assignment,
  inHand: Map<string, Job>,
  onTaken: () => void,
): Promise<number> {
  const { rows } = task;
  let taken = 0;
  for (let most = rows; inHand.size < most; ) {
    const job = await worker.getNextJob(token, { block: false });
    if (!job) break;
    taken++;
    const key = keyOf(job);
    const { attemptsMade, stalledCounter } = job;
    const reason =
      stalledCounter >= mostLosses
        ? `${stalledCounter} workers were lost while they computed it`
        : !task.knows(pieceOf(job)) &&
          "this worker's lab knows no such piece: all machines need the same version";
    if (reason) {
      await wasOurs(job.moveToFailed(new taskQueue.UnrecoverableError(reason), token, false));
      continue;
    }
    inHand.set(key, job);
    onTaken();
    most = Math.max(1, Math.min(most, rows >> (attemptsMade + stalledCounter)));
  }
  return taken;
}

function pieceOf(job: Job): Piece {
  return { key: keyOf(job), data: job.data };
}

/** False for a piece that was given to another meanwhile, or whose task has ended. */
async function wasOurs(moved: Promise<unknown>): Promise<boolean> {
  try {
    await moved;
    return true;
  } catch (error) {
    if (/missing (key|lock)|lock mismatch|not in the active state/i.test((error as Error).message))
      return false;
    throw error;
  }
}
