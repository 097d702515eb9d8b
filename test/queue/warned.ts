import { setTimeout as sleep } from "node:timers/promises";
import { withTaskQueue } from "../../lib/queue/redisQueue";

/** Opens every kind of connection to the server named, twice: what is warned of is on this process's streams. */
async function main(url: string): Promise<void> {
  for (let time = 0; time < 2; time++)
    await withTaskQueue(url, console.error, async (taskQueue) => {
      const piece = taskQueue.pieces("s1");
      await piece.addBulk([{ name: "cell", data: null, opts: { jobId: "piece-1" } }]);
      const worker = taskQueue.worker("s1", 1000);
      await worker.getNextJob("token", { block: false });
      const keeper = await taskQueue.lockKeeper();
      keeper.hold({ task: "s1", token: "token", jobs: ["piece-1"], lostAfter: 400 });
      await sleep(600);
      await taskQueue.tasks();
      await taskQueue.remove("s1");
    });
  process.stdout.write("done\n");
}

void main(process.argv[2]);
