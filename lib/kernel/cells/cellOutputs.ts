import type { CommHost } from "../../notebook/comm";
import type { Library } from "../../notebook/libraries";
import { attachNotebook } from "../../notebook/output";
import { tslabRequire } from "../tslab";
import type { CellError } from "./errors";
import { createLibraryOwners } from "./libraryOwners";
import { type CellOutput, createOutputQueue } from "./outputQueue";
import { captureStreams } from "./streams";

/** All that cells put out, in order: what they print, show, give and throw. */
export interface CellOutputs {
  /** A cell begins. @param key what names it when it runs again @param deleted the keys of cells that are gone */
  begin(key: string, deleted: string[] | undefined, deliver: (output: CellOutput) => void): void;
  add(output: CellOutput | Promise<CellOutput>): void;
  /** Add a cell's last value. */
  addResult(value: unknown): void;
  /** Let `display` of the package "tslab" show its outputs here. */
  forwardTslab(): void;
  /** Hand over what has been printed. */
  flush(): void;
  /** A cell has ended: wait until all is drawn and delivered; false if something could not be drawn. */
  settled(): Promise<boolean>;
  /** Forget what is still being drawn. */
  abandon(): void;
  close(): void;
}

/**
 * From now on what the process prints, and what `show` shows, are outputs of cells.
 * @param describe an error as it is shown, such as one thrown by a value that was to be drawn
 * @param readable printed or shown text, with stacks in it as they are to be read
 */
export function openOutputs(
  comms: CommHost | undefined,
  describe: (thrown: unknown) => CellError,
  readable: (text: string) => string,
): CellOutputs {
  const owners = createLibraryOwners();
  const queue = createOutputQueue(describe);
  const streams = captureStreams((name, text) => queue.add({ type: "stream", name, text }));
  const add: CellOutputs["add"] = (output) => {
    streams.flush();
    queue.add(output);
  };
  attachNotebook({
    show: (bundle, { id, update = false } = {}) => {
      const output = (data: Record<string, unknown>): CellOutput => ({ type: "display", data, id, update });
      add(bundle instanceof Promise ? bundle.then(output) : output(bundle));
    },
    claim: owners.claim,
    comms,
  });
  return {
    begin(key, deleted, deliver) {
      streams.flush();
      owners.begin(key, deleted);
      queue.deliverTo((output) => {
        deliver(withText(output, readable));
        owners.delivered(output);
      });
    },
    add,
    addResult: (value) => add(resultOf(value)),
    forwardTslab: () => forwardTslabDisplay((data, id, update) => add({ type: "display", data, id, update })),
    flush: streams.flush,
    async settled() {
      streams.flush();
      const delivered = await queue.settled();
      for (const library of owners.missing())
        queue.add({ type: "display", data: fresh.libraryBundle(library as Library), update: false });
      return delivered;
    },
    abandon: queue.abandon,
    close() {
      streams.release();
      attachNotebook(undefined);
    },
  };
}

/** An output whose plain text is changed. */
function withText(output: CellOutput, change: (text: string) => string): CellOutput {
  if (output.type === "stream") return { ...output, text: change(output.text) };
  if (output.type === "error" || typeof output.data["text/plain"] !== "string") return output;
  return { ...output, data: { ...output.data, "text/plain": change(output.data["text/plain"]) } };
}

async function resultOf(value: unknown): Promise<CellOutput> {
  return { type: "result", data: await fresh.bundleOf(value) };
}

/** How things are shown, as the files say now: an edited one was dropped before the cell ran. */
const fresh = {
  get bundleOf(): typeof import("../../notebook/bundle").bundleOf {
    return require("../../notebook/bundle").bundleOf;
  },
  get libraryBundle(): typeof import("../../notebook/libraries").libraryBundle {
    return require("../../notebook/libraries").libraryBundle;
  },
};

/** `display` of the package "tslab" in a cell goes where ours goes. */
function forwardTslabDisplay(
  show: (data: Record<string, unknown>, id: string | undefined, update: boolean) => void,
) {
  interface TslabDisplay {
    data: Record<string, unknown>;
    transient?: { display_id?: string };
  }
  const jupyter: { lastWriteDisplayData: unknown } = tslabRequire()("./dist/jupyter.js");
  jupyter.lastWriteDisplayData = ({ data, transient }: TslabDisplay, update?: boolean) =>
    show(data, transient?.display_id, update ?? false);
}
