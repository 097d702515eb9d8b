import type { Comm, CommOpened, OpenCommOptions } from "./comm";
import { currentNotebook } from "./output";

type Json = Record<string, unknown>;

/**
 * Open a comm from a cell to what the page has under `target` ("jupyter.widget" for widgets).
 * Without a page (a headless run, a plain program) it is closed from the beginning and what is sent goes nowhere.
 */
export function openComm(target: string, data: Json = {}, options: OpenCommOptions = {}): Comm {
  return currentNotebook()?.comms?.open(target, data, options) ?? silent(target, options.id ?? "");
}

/** Be called when the page opens a comm to `target`; the last caller of a target counts. */
export function onCommOpen(target: string, opened: CommOpened): void {
  currentNotebook()?.comms?.onOpen(target, opened);
}

function silent(target: string, id: string): Comm {
  const never = () => () => {};
  return { id, target, closed: true, send() {}, onMessage: never, onClose: never, close() {} };
}
