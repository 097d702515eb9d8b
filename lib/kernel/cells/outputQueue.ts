import type { MimeBundle } from "../../notebook/output";
import type { CellError } from "./errors";

/** One thing that a cell put out. */
export type CellOutput =
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "display"; data: MimeBundle; id?: string; update: boolean }
  | { type: "result"; data: MimeBundle }
  | ({ type: "error" } & CellError);

/** Delivers outputs in the order in which they were added, also where some are still being drawn. */
export interface OutputQueue {
  add(output: CellOutput | Promise<CellOutput>): void;
  /** From now on outputs go here. */
  deliverTo(deliver: (output: CellOutput) => void): void;
  /** Wait until all is delivered; false if an output could not be made since the last call. */
  settled(): Promise<boolean>;
  /** Forget what is still being drawn. */
  abandon(): void;
}

/** @param describe an error as it is shown, where an output could not be made */
export function createOutputQueue(describe: (thrown: unknown) => CellError): OutputQueue {
  let deliver: (output: CellOutput) => void = () => {};
  const waiting: { made?: CellOutput }[] = [];
  let onEmpty: (() => void)[] = [];
  let sound = true;

  function drain(): void {
    while (waiting[0]?.made) {
      const { made } = waiting.shift()!;
      try {
        deliver(made!);
      } catch (error) {
        deliver(failed(error));
      }
    }
    if (waiting.length > 0) return;
    for (const resolve of onEmpty) resolve();
    onEmpty = [];
  }

  function failed(error: unknown): CellOutput {
    sound = false;
    return { type: "error", ...describe(error) };
  }

  return {
    add(output) {
      if (waiting.length === 0 && !(output instanceof Promise)) {
        deliver(output);
        return;
      }
      const place: { made?: CellOutput } = {};
      waiting.push(place);
      void Promise.resolve(output)
        .catch(failed)
        .then((made) => {
          place.made = made;
          drain();
        });
    },
    deliverTo(to) {
      deliver = to;
    },
    async settled() {
      if (waiting.length > 0) await new Promise<void>((resolve) => onEmpty.push(resolve));
      const result = sound;
      sound = true;
      return result;
    },
    abandon() {
      waiting.length = 0;
      drain();
    },
  };
}
