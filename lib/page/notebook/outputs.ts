import type { CellError } from "../../kernel/cells/errors";
import { type CellOutput, createOutputQueue } from "../../kernel/cells/outputQueue";
import { bundleOf } from "../../notebook/bundle";
import type { CommHost } from "../../notebook/comm";
import { attachNotebook } from "../../notebook/output";
import { formatWithOptions } from "../node/util";

/** All that a page's cells put out, in order. */
export interface PageOutputs {
  add(output: CellOutput): void;
  /** Add a cell's last value. */
  addResult(value: unknown): void;
  /** Wait until all is drawn and delivered; false if something could not be drawn. */
  settled(): Promise<boolean>;
  /** Forget what is still being drawn. */
  abandon(): void;
}

/** From now on what `console` prints, and what `show` shows, are outputs of cells. */
export function openPageOutputs(
  comms: CommHost,
  describe: (thrown: unknown) => CellError,
  deliver: (output: CellOutput) => void,
): PageOutputs {
  const queue = createOutputQueue(describe);
  queue.deliverTo(deliver);
  attachNotebook({
    show(bundle, { id, update = false } = {}) {
      const output = (data: Record<string, unknown>): CellOutput => ({ type: "display", data, id, update });
      queue.add(bundle instanceof Promise ? bundle.then(output) : output(bundle));
    },
    claim: () => false, // the page has the libraries that outputs draw with
    comms,
  });
  const printer =
    (name: "stdout" | "stderr") =>
    (...values: unknown[]) =>
      queue.add({ type: "stream", name, text: `${formatWithOptions({}, ...values)}\n` });
  const [out, wrong] = [printer("stdout"), printer("stderr")];
  Object.assign(console, { log: out, info: out, debug: out, dir: out, error: wrong, warn: wrong });
  return {
    add: queue.add,
    addResult: (value) => queue.add(resultOf(value)),
    settled: queue.settled,
    abandon: queue.abandon,
  };
}

async function resultOf(value: unknown): Promise<CellOutput> {
  return { type: "result", data: await bundleOf(value) };
}
