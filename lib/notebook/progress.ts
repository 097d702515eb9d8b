import { SingleBar } from "cli-progress";
import { elementId, escapeHtml } from "./libraries";
import { currentNotebook, type MimeBundle, show } from "./output";

/** A count on its way to its total. */
export interface Progress {
  /** `n` more are done */
  tick(n?: number): void;
  /** The end, reached or not. */
  done(): void;
}

/** Least milliseconds between two drawings, and between two lines where nothing can be drawn in place. */
const interval = 100;
const lineInterval = 15_000;

/**
 * Show how far a long task has come: a bar under the running cell, drawn in place; a bar in a terminal (on stderr, so
 * that stdout stays the program's own); a line now and then where neither is.
 * @param total how many there are to do, over 0
 */
export function progress(label: string, total: number): Progress {
  if (!(total > 0)) throw new RangeError(`progress of "${label}": the total must be over 0, found ${total}`);
  const started = Date.now();
  const draw = currentNotebook() ? inNotebook() : process.stderr.isTTY ? inTerminal(label, total) : inLines();
  let count = 0;
  let ended = false;
  draw({ label, total, count, seconds: 0 }, false);
  const redraw = () => draw({ label, total, count, seconds: (Date.now() - started) / 1000 }, ended);
  return {
    tick(n = 1) {
      if (ended) return;
      count = Math.min(total, count + n);
      redraw();
    },
    done() {
      if (ended) return;
      ended = true;
      redraw();
    },
  };
}

/** Is this output a progress bar? */
export function isProgress(bundle: MimeBundle): boolean {
  return String(bundle["text/html"]).startsWith(`<div class="${progressClass}">`);
}

const progressClass = "smitin-progress";

interface State {
  label: string;
  total: number;
  count: number;
  seconds: number;
}
type Draw = (state: State, ended: boolean) => void;

function inNotebook(): Draw {
  const id = elementId();
  let last = 0;
  let update = false;
  return (state, ended) => {
    if (!ended && Date.now() - last < interval) return;
    last = Date.now();
    show(barBundle(state, ended), { id, update });
    update = true;
  };
}

function inTerminal(label: string, total: number): Draw {
  const bar = new SingleBar({
    format: `${label} {bar} {percentage} % | {value}/{total} | {eta_formatted} left`,
  });
  bar.start(total, 0);
  return ({ count }, ended) => {
    bar.update(count);
    if (ended) bar.stop();
  };
}

function inLines(): Draw {
  let last = Date.now();
  return (state, ended) => {
    if (!ended && Date.now() - last < lineInterval) return;
    last = Date.now();
    process.stderr.write(`${describe(state, ended)}\n`);
  };
}

function barBundle(state: State, ended: boolean): MimeBundle {
  const text = describe(state, ended);
  const percent = Math.round((100 * state.count) / state.total);
  const bar =
    '<div style="display:inline-block;width:240px;height:8px;border-radius:4px;background:#e6e9ec;margin-right:12px">' +
    `<div style="width:${percent}%;height:8px;border-radius:4px;background:#0072b2"></div></div>`;
  return {
    "text/html": `<div class="${progressClass}">${bar}<span>${escapeHtml(text)}</span></div>`,
    "text/plain": text,
  };
}

/** Such as "heads 120/400 (30 %), 12 s left". */
function describe({ label, total, count, seconds }: State, ended: boolean): string {
  const share = count / total;
  const text = `${label} ${count}/${total} (${Math.floor(100 * share)} %)`;
  if (ended) return `${text}, ${seconds.toFixed(1)} s`;
  return count === 0 ? text : `${text}, ${Math.ceil(seconds / share - seconds)} s left`;
}
