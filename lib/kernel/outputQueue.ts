import type { MimeBundle } from "../notebook/output";

/** One thing that a cell put out. */
export type CellOutput =
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "display"; data: MimeBundle; id?: string; update: boolean }
  | { type: "result"; data: MimeBundle }
  | { type: "error"; ename: string; evalue: string; traceback: string[] };

/** Delivers outputs in the order in which they were added, also where some are still being drawn. */
export interface OutputQueue {
  add(output: CellOutput | Promise<CellOutput>): void;
  /** From now on outputs go here. */
  deliverTo(deliver: (output: CellOutput) => void): void;
  /** Wait until all is delivered; false if an output could not be made since the last call. */
  settled(): Promise<boolean>;
}

export function createOutputQueue(): OutputQueue {
  let deliver: (output: CellOutput) => void = () => {};
  let waiting = 0;
  let tail = Promise.resolve();
  let sound = true;
  return {
    add(output) {
      if (waiting === 0 && !(output instanceof Promise)) {
        deliver(output);
        return;
      }
      waiting++;
      const drawn = Promise.resolve(output).catch(failed);
      tail = tail.then(async () => {
        deliver(await drawn);
        waiting--;
      });
    },
    deliverTo(to) {
      deliver = to;
    },
    async settled() {
      await tail;
      const result = sound;
      sound = true;
      return result;
    },
  };

  function failed(error: unknown): CellOutput {
    sound = false;
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    return { type: "error", ename: name, evalue: message, traceback: (stack ?? message).split("\n") };
  }
}
