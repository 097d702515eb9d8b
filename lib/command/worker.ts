import { loadMusicGen } from "../loadMusicGen";
import { withTaskQueue } from "../queue/redisQueue";
import { workOn } from "../queue/work";
import { say, untilStopped } from "./say";

export interface WorkerCommand {
  model?: string;
  queue: string;
  rows: number;
  lostAfter: number;
  idle?: number;
}

/** `smitin worker`: do what waits in a queue. */
export async function work({ model: name, queue, ...options }: WorkerCommand): Promise<void> {
  await withTaskQueue(queue, say, async (taskQueue) => {
    const model = name === undefined ? undefined : { name, loaded: await loadMusicGen(name) };
    const onEvent = (text: string) => void process.stdout.write(`${text}\n`);
    onEvent(`${taskQueue.name}: at work; Ctrl-C ends it and gives back what is in hand`);
    await untilStopped("stopped", (signal) =>
      workOn(taskQueue, { ...options, model, load: loadMusicGen, onEvent, signal }),
    );
  });
}
