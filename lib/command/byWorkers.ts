import type { Progress } from "../notebook/progress";
import type { DistributeOptions } from "../queue/distribute";
import type { TaskQueue } from "../queue/redisQueue";
import { bar } from "./output";
import { untilStopped } from "./say";

/** What a run by workers is given, and `tick` to call with every piece that came back. */
type Told = Required<DistributeOptions> & { tick(): void };

/**
 * Have workers do something: says how many pieces wait for them, shows a bar of those that came back; Ctrl-C takes the rest out
 * of the queue.
 * @param pieces what they are called
 * @param kept what stays where when it is stopped, for the message
 */
export async function byWorkers<T>(
  taskQueue: TaskQueue,
  pieces: "cells" | "songs",
  kept: string,
  run: (told: Told) => Promise<T>,
): Promise<T> {
  let progress: Progress | undefined;
  const onQueued = (count: number) => {
    process.stdout.write(`${count} ${pieces} wait for workers: smitin worker --queue ${taskQueue.name}\n`);
    progress = bar(pieces, count);
  };
  return untilStopped(`stopped: ${kept}, the rest was taken from ${taskQueue.name}`, (signal) =>
    run({ signal, onQueued, tick: () => progress?.tick() }),
  ).finally(() => progress?.done());
}
