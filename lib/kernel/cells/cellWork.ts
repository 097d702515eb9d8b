import { endsWith } from "../../jobs/interruption";
import { interruption } from "./errors";
import { stoppableAwaits } from "./stoppableAwaits";
import { unfinishedWork } from "./tensors";

/** What cells have set going: work of the library, and whatever their own code waits for. */
export interface CellWork {
  /**
   * A cell begins.
   * @returns how to end what it is in the midst of, where it has been broken off
   */
  begin(): () => void;
  /** End it all, of this cell and of earlier ones. */
  stop(): void;
  /** A cell has ended: what begins from now on is not stopped any more. */
  ended(): void;
  close(): void;
}

/** From now on the library's long work and the awaits of cells can be stopped. */
export function startCellWork(): CellWork {
  const awaits = stoppableAwaits();
  let work = allowWork();
  const stop = () => {
    work.abort(interruption());
    awaits.stop(interruption());
  };
  return {
    begin() {
      const endUnfinished = unfinishedWork();
      return () => {
        endUnfinished();
        stop(); // what the cell had set going before its beginning was broken off
      };
    },
    stop,
    ended() {
      if (work.signal.aborted) work = allowWork();
    },
    close() {
      awaits.release();
      endsWith(undefined);
    },
  };
}

/** What ends the library's work that begins from now on: of one cell or of several, until an interrupt. */
function allowWork(): AbortController {
  const controller = new AbortController();
  endsWith(controller.signal);
  return controller;
}
