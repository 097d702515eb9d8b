import { SingleBar } from "cli-progress";
import type { OnProgress } from "../jobs/progress";
import { elementId, escapeHtml } from "./libraries";
import { currentNotebook, type MimeBundle, show } from "./output";

/**
 * A count on its way to its total: what every `onProgress` takes. A bar begins with the first call and ends itself when
 * all is done; a later call, or one about something else (`detail`, a text), begins another.
 */
export interface Progress extends OnProgress {
  /** `n` more are done, of the total that `progress` was given */
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
 *
 *     const activations = await captureHeads(model, pairs, { onProgress: progress("reading clips") });
 *
 * @param total how many there are to do, over 0: for a loop of one's own, which calls `tick`. Without it each call says so
 * @throws RangeError on a total that is not over 0; Error on `tick` without a total
 */
export function progress(label: string, total?: number): Progress {
  let began = Date.now(); // what is counted begins when it is asked for, a little before its first word
  let bar = total === undefined ? undefined : startBar(label, total, began);

  function follow(done: number, whole: number, detail?: unknown): void {
    const name = typeof detail === "string" ? `${label} ${detail}`.trim() : label;
    const isSame = bar?.label === name && bar.total === whole;
    if (isSame && bar?.ended && done >= whole) return; // said twice
    if (!isSame) bar?.end();
    if (!(whole > 0 && Number.isFinite(whole))) return; // nothing to do, or nobody knows how much
    if (!bar || bar.ended) {
      if (bar) began = Date.now();
      bar = startBar(name, whole, began);
    }
    bar.put(done, secondsLeftOf(detail));
    if (done >= whole) bar.end();
  }

  return Object.assign(follow, {
    tick(n = 1) {
      if (!bar) throw new Error(`progress of "${label}": tick needs a total, as in progress("${label}", 10)`);
      bar.put(bar.count + n);
    },
    done() {
      bar?.end();
    },
  });
}

/** One bar. */
interface Bar {
  readonly label: string;
  readonly total: number;
  readonly count: number;
  readonly ended: boolean;
  /** @param left seconds until the end, where they are known */
  put(count: number, left?: number): void;
  end(): void;
}

function startBar(label: string, total: number, began: number): Bar {
  if (!(total > 0)) throw new RangeError(`progress of "${label}": the total must be over 0, found ${total}`);
  const draw = currentNotebook() ? inNotebook() : process.stderr.isTTY ? inTerminal(label, total) : inLines();
  let [count, ended] = [0, false];
  const redraw = (left?: number) =>
    draw({ label, total, count, seconds: (Date.now() - began) / 1000, left }, ended);
  draw({ label, total, count, seconds: 0 }, false);
  return {
    label,
    total,
    get count() {
      return count;
    },
    get ended() {
      return ended;
    },
    put(now, left) {
      if (ended) return;
      count = Math.min(total, now);
      redraw(left);
    },
    end() {
      if (ended) return;
      ended = true;
      redraw();
    },
  };
}

/** A task that knows better than its pace so far: a sweep that goes on where it was stopped. */
function secondsLeftOf(detail: unknown): number | undefined {
  const left = (detail as { secondsLeft?: unknown } | null | undefined)?.secondsLeft;
  return typeof left === "number" ? left : undefined;
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
  left?: number;
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
    bar.update(Math.floor(count));
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
function describe({ label, total, count, seconds, left }: State, ended: boolean): string {
  const share = count / total;
  const text = `${label} ${Math.floor(count)}/${total} (${Math.floor(100 * share)} %)`;
  if (ended) return `${text}, ${seconds.toFixed(1)} s`;
  return count === 0 ? text : `${text}, ${Math.ceil(left ?? seconds / share - seconds)} s left`;
}
