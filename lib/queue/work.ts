import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { loadMusicGen } from "../model/load";
import type { MusicGen } from "../model/musicgen";
import type { PlannedCell } from "../sweep/grid";
import { prepareSweep, type ReadySweep } from "../sweep/prepare";
import { recipeOptions } from "../sweep/recipe";
import type { Job, Worker } from "./bullmq";
import { otherModel } from "./distribute";
import { isConnectionLoss, jobOf, keyOf, type Line, type QueuedSweep } from "./line";

export interface WorkOptions {
  /** The model to work with. Default: that of the first sweep in the line, by its name. */
  model?: { name: string; loaded: MusicGen };
  /** Cells of a batch, at most; a killed worker loses no more. */
  rows: number;
  /** Cells of a worker that gave no sign of life for so many seconds are given to others. */
  lostAfter: number;
  /** End after so many seconds without work. Default: never. */
  idle?: number;
  /** Told what is going on. */
  onEvent(text: string): void;
  /** Ends the work: cells in hand are given back. */
  signal?: AbortSignal;
}

/** A cell whose worker was lost so often is given up. */
const mostLosses = 5;

/**
 * Compute cells of the sweeps that stand in line, oldest sweep first, until nothing has come for a while or the signal says so.
 * A batch that fails is tried again later, in smaller ones.
 * @throws Error when a sweep in the line is of another model, or its model is not here; when the server is gone
 */
export async function workOn(line: Line, options: WorkOptions): Promise<void> {
  const { idle = Number.POSITIVE_INFINITY, signal } = options;
  const desks = new Map<string, Desk>();
  let model = options.model;
  let busy = Date.now();
  while (!signal?.aborted && Date.now() - busy < 1000 * idle) {
    const sweeps = await line.sweeps();
    for (const [id, { worker }] of desks) {
      if (sweeps.some((sweep) => sweep.id === id)) continue;
      await worker.close(true);
      desks.delete(id);
    }
    let worked = false;
    for (const sweep of sweeps) {
      model ??= await loadFor(sweep, line);
      const desk = desks.get(sweep.id) ?? (await openDesk(line, sweep, model, options));
      desks.set(sweep.id, desk);
      worked = await doBatch(line, desk, options);
      if (worked) break;
    }
    if (worked) busy = Date.now();
    else await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

/** Where one worker works on one sweep. */
interface Desk {
  id: string;
  ready: ReadySweep;
  cells: Map<string, PlannedCell>;
  worker: Worker;
  token: string;
}

async function loadFor(
  { recipe: { model } }: QueuedSweep,
  { name }: Line,
): Promise<NonNullable<WorkOptions["model"]>> {
  try {
    return { name: model.name, loaded: await loadMusicGen(model.name) };
  } catch (error) {
    throw new Error(
      `${name}: the sweep there needs model ${model.name}, fingerprint ${model.fingerprint}, which is not here (say where it is by --model): ${(error as Error).message}`,
      { cause: error },
    );
  }
}

async function openDesk(
  line: Line,
  { id, recipe }: QueuedSweep,
  { name, loaded }: NonNullable<WorkOptions["model"]>,
  { rows, lostAfter, signal }: WorkOptions,
): Promise<Desk> {
  if (recipe.model.fingerprint !== loaded.fingerprint)
    throw new Error(otherModel(line.name, { name, fingerprint: loaded.fingerprint }, recipe.model));
  const ready = prepareSweep(loaded, { ...(await recipeOptions(recipe)), rows, signal });
  const worker = line.worker(id, 1000 * lostAfter);
  await worker.startStalledCheckTimer();
  return {
    id,
    ready,
    cells: new Map(ready.cells.map((cell) => [cell.key, cell])),
    worker,
    token: randomUUID(),
  };
}

/** Take cells and compute them. @returns whether there were any */
async function doBatch(line: Line, desk: Desk, options: WorkOptions): Promise<boolean> {
  const { worker, token, ready, cells } = desk;
  const { lostAfter, signal } = options;
  const onEvent = (text: string) => options.onEvent(`sweep ${desk.id}: ${text}`);
  const inHand = new Map<string, Job>();
  let late = 0;
  const handIn = async (key: string, moved: Promise<unknown>) => {
    inHand.delete(key);
    if (!(await wasOurs(moved))) late++;
  };
  const stopRenewing = renewLocks(worker, token, inHand, 1000 * lostAfter);
  try {
    const taken = await takeCells(line, desk, options.rows, inHand);
    if (taken === 0) return false;
    onEvent(`${inHand.size} cells`);
    const planned = [...inHand.keys()].map((key) => cells.get(key)!);
    for (const batch of ready.batches(planned)) {
      for await (const result of ready.compute(batch)) {
        const { key } = result;
        await handIn(key, inHand.get(key)!.moveToCompleted(result, token, false));
      }
    }
  } catch (error) {
    if (isConnectionLoss(error as Error)) throw error;
    const isOver = signal?.aborted === true;
    if (!isOver) onEvent(`${inHand.size} cells failed: ${(error as Error).message}`);
    for (const [key, job] of inHand)
      await handIn(key, isOver ? job.moveToWait(token) : job.moveToFailed(error as Error, token, false));
  } finally {
    stopRenewing();
  }
  if (late > 0) onEvent(`${late} cells came too late: they are others' by now, or not asked for any more`);
  return true;
}

/** Fill `inHand`: half as many cells whenever the first of them has failed or been lost once more. @returns how many were taken */
async function takeCells(line: Line, desk: Desk, rows: number, inHand: Map<string, Job>): Promise<number> {
  const { worker, token, cells } = desk;
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
        : !cells.has(key) && "this worker's lab knows no such cell: all machines need the same version";
    if (reason) {
      await wasOurs(job.moveToFailed(new line.UnrecoverableError(reason), token, false));
      continue;
    }
    inHand.set(key, job);
    most = Math.max(1, Math.min(most, rows >> (attemptsMade + stalledCounter)));
  }
  return taken;
}

/** Say again and again that these cells are in hand. A pause of this process may have been long: the next may be as well. */
function renewLocks(worker: Worker, token: string, inHand: Map<string, Job>, duration: number): () => void {
  let [last, longest] = [Date.now(), 0];
  const timer = setInterval(() => {
    longest = Math.max(longest, Date.now() - last);
    last = Date.now();
    const ids = [...inHand.keys()].map(jobOf);
    if (ids.length === 0) return;
    const tokens = ids.map(() => token);
    worker.extendJobLocks(ids, tokens, Math.max(duration, 4 * longest)).catch(() => undefined); // said again soon
  }, duration / 4);
  return () => clearInterval(timer);
}

/** False for a cell that was given to another meanwhile, or whose sweep has ended. */
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
