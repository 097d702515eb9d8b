import type { CaptureRecipe } from "../disk/captureRecipe";
import { captureStoreIn } from "../disk/captureStore";
import { sweepFolder } from "../disk/sweepFolder";
import { openJudge } from "../hub/judges";
import type { MusicGen } from "../model/musicgen";
import type { CaptureWork } from "../probes/captureParts";
import type { CellResult } from "../sweep/cell";
import { prepareSweep } from "../sweep/prepare";
import { recipeOptions, type SweepRecipe } from "../sweep/recipe";
import { finishedSweep, type Sweep } from "../sweep/sweep";
import { gather } from "./gather";
import type { TaskQueue } from "./redisQueue";
import { type CapturedSong, songKey } from "./task";

export interface DistributeOptions {
  /** Told once how many cells or songs wait in the queue. */
  onQueued?(pieces: number): void;
  /** Takes what is not finished out of the queue, and throws the signal's reason. */
  signal?: AbortSignal;
}

/**
 * `sweepSteering` by workers (`workOn`) on any number of machines: its missing cells are put into a queue and the finished ones
 * fetched as they come, into the file of one machine's run, byte for byte. Killed and started again it goes on.
 * @param options folder where finished cells are kept, as they come; onCell called with every cell that came in
 * @throws RangeError or Error on impossible options, when the queue holds work for another model, or when cells failed again
 *   and again (the others are kept); the signal's reason
 */
export async function distributeSweep(
  model: MusicGen,
  recipe: SweepRecipe,
  taskQueue: TaskQueue,
  { folder, onCell, ...rest }: DistributeOptions & { folder: string; onCell?(result: CellResult): void },
): Promise<Sweep> {
  const options = await recipeOptions(recipe, openJudge);
  const ready = prepareSweep(model, options);
  const store = sweepFolder(folder)(ready.identity, ready.about, "queue");
  const missing = ready.cells.filter(({ key }) => !store.finished.has(key));
  if (missing.length > 0) {
    await ready.check(missing);
    const wanted = missing.map(({ key }) => ({ key, data: null }));
    const onResult = (result: CellResult) => {
      store.append(result);
      onCell?.(result);
    };
    const engine = { there: store.engine, onKnown: store.begin };
    await gather(taskQueue, recipe, wanted, { ...rest, pieces: "cells", page: 100, engine, onResult });
  }
  return finishedSweep(options.probes.trait, ready.cells, store.settle(ready.cells)).sweep;
}

/**
 * Fill the cache of `capturePairs` or `captureValues` by workers: the songs that it lacks are put into a queue (they are read here,
 * to count their clips) and kept as they come. Afterwards the cache holds what one machine would have put there.
 * @param options cache the folder of captures; onCounted called with every song whose clips were counted, onSong with every one
 *   that came in
 * @throws Error as `distributeSweep` does, and when a song of the data is damaged
 */
export async function distributeCapture(
  { recipe, work }: { recipe: CaptureRecipe; work: CaptureWork },
  taskQueue: TaskQueue,
  {
    cache,
    onCounted,
    onSong,
    ...rest
  }: DistributeOptions & { cache: string; onCounted?(): void; onSong?(): void },
): Promise<void> {
  const { missing, keep } = work.keptIn(captureStoreIn(cache));
  const wishes = new Map((await missing(onCounted)).map((wish) => [songKey(wish), wish]));
  if (wishes.size === 0) return;
  const wanted = [...wishes].map(([key, data]) => ({ key, data }));
  const onResult = ({ key, file }: CapturedSong) => {
    keep(wishes.get(key)!, Buffer.from(file, "base64"));
    onSong?.();
  };
  await gather(taskQueue, recipe, wanted, { ...rest, pieces: "songs", page: 4, onResult });
}
