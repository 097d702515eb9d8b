import { setTimeout as sleep } from "node:timers/promises";
import type { MusicGen } from "../model/musicgen";
import type { CellResult } from "../sweep/cell";
import { prepareSweep } from "../sweep/prepare";
import { recipeOptions, type SweepRecipe } from "../sweep/recipe";
import { openStore } from "../sweep/store";
import { finishedSweep, type Sweep } from "../sweep/sweep";
import type { Queue } from "./bullmq";
import { jobOf, keyOf, type Line, sweepOf } from "./line";

export interface DistributeOptions {
  /** Where finished cells are kept, as they come. */
  folder: string;
  /** Told once how many cells stand in the line. */
  onQueued?(cells: number): void;
  /** Called with every cell that came in. */
  onCell?(result: CellResult): void;
  /** Takes what is not finished out of the line, and throws the signal's reason. */
  signal?: AbortSignal;
}

/** A cell that failed is tried again after 1, 2, 4 and 8 s. */
const retries = { attempts: 5, backoff: { type: "exponential", delay: 1000 } };
/** How often results are fetched, and how often it is made sure that no cell was lost, ms. */
const [fetchEvery, repeatEvery] = [250, 30_000];

/**
 * `sweepSteering` by workers (`workOn`) on any number of machines: its missing cells are put into a line and the finished ones
 * fetched as they come, into the file of one machine's run, byte for byte. Killed and started again it goes on.
 * @throws RangeError or Error on impossible options, when the line holds sweeps of another model, or when cells failed again
 *   and again (the others are kept); the signal's reason
 */
export async function distributeSweep(
  model: MusicGen,
  recipe: SweepRecipe,
  line: Line,
  { folder, onQueued, onCell, signal }: DistributeOptions,
): Promise<Sweep> {
  const options = await recipeOptions(recipe);
  const ready = prepareSweep(model, options);
  const store = openStore(folder, ready.identity, ready.about, "queue");
  const missing = ready.cells.filter(({ key }) => !store.finished.has(key));
  if (missing.length > 0) {
    await ready.check(missing);
    await refuseOthers(line, recipe);
    const sweep = sweepOf(recipe);
    const queue = line.cells(sweep.id);
    try {
      await queue.clean(0, 0, "failed"); // of an earlier run: another chance
      const keys = missing.map(({ key }) => key);
      const put = async (some: Iterable<string>) => {
        await line.enter(sweep);
        await addCells(queue, some);
      };
      await put(keys);
      onQueued?.(keys.length);
      const take = (result: CellResult) => {
        store.append(result);
        onCell?.(result);
      };
      await fetchAll(queue, keys, put, take, signal);
    } finally {
      await line.leave(sweep.id);
    }
  }
  return finishedSweep(options.probes.trait, ready.cells, store.settle(ready.cells)).sweep;
}

/** Add cells, those that are there already excepted. */
async function addCells(queue: Queue, keys: Iterable<string>): Promise<void> {
  await queue.addBulk(
    [...keys].map((key) => ({ name: "cell", data: null, opts: { jobId: jobOf(key), ...retries } })),
  );
}

async function fetchAll(
  queue: Queue,
  keys: string[],
  put: (keys: Iterable<string>) => Promise<void>,
  take: (result: CellResult) => void,
  signal?: AbortSignal,
): Promise<void> {
  const missing = new Set(keys);
  const failed = new Map<string, string>();
  let added = Date.now();
  while (missing.size > failed.size) {
    const jobs = await queue.getJobs(["completed"], 0, 99);
    for (const job of jobs) {
      const [key, result] = [keyOf(job), job.returnvalue as CellResult | null];
      if (result?.key !== key)
        throw new Error(`queue: expected the result of cell ${key}, found ${result?.key}`);
      if (missing.delete(key)) take(result);
    }
    for (const job of jobs) await job.remove();
    for (const job of await queue.getJobs(["failed"], 0, -1))
      if (missing.has(keyOf(job))) failed.set(keyOf(job), job.failedReason ?? "for no reason");
    signal?.throwIfAborted();
    if (jobs.length === 0)
      await sleep(fetchEvery, undefined, { signal }).catch(() => signal?.throwIfAborted());
    if (Date.now() - added < repeatEvery) continue;
    await put(missing); // whatever a server that was restarted has forgotten
    added = Date.now();
  }
  const [first] = failed;
  if (!first) return;
  throw new Error(
    `${failed.size} of ${keys.length} cells failed, among them ${first[0]}: ${first[1]}; the others are kept, and the same command tries these again`,
  );
}

async function refuseOthers({ name, sweeps }: Line, { model }: SweepRecipe): Promise<void> {
  const other = (await sweeps()).find(({ recipe }) => recipe.model.fingerprint !== model.fingerprint);
  if (other) throw new Error(otherModel(name, model, other.recipe.model));
}

/** The message of a line that holds sweeps of another model. */
export function otherModel(
  name: string,
  expected: SweepRecipe["model"],
  found: SweepRecipe["model"],
): string {
  const [own, theirs] = [expected, found].map((model) => `${model.name}, fingerprint ${model.fingerprint}`);
  return `${name}: expected sweeps of model ${own}, found one of ${theirs}: let it finish, or take another database of the server (redis://host:port/1)`;
}
