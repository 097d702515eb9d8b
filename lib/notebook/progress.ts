import { SingleBar } from "cli-progress";
import type { OnProgress } from "../jobs/progress";
import { elementId, escapeHtml } from "./libraries";
import { currentNotebook, type MimeBundle, show } from "./output";

/**
 * A count on its way to its total: what every `onProgress` takes. A bar begins with the first call and ends itself when
 * all is done; a later call, or one about something else (`detail`, a text), begins another. In a notebook all bars of one
 * `progress` share an output: those that have ended fold into one line of it.
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
  if (total !== undefined && !(total > 0))
    throw new RangeError(`progress of "${label}": the total must be over 0, found ${total}`);
  let began = Date.now(); // what is counted begins when it is asked for, a little before its first word
  const board = currentNotebook() ? notebookBoard() : undefined;
  const begin = (name: string, whole: number) =>
    startBar(
      name,
      whole,
      began,
      board ? board() : process.stderr.isTTY ? inTerminal(name, whole) : inLines(),
    );
  let bar = total === undefined ? undefined : begin(label, total);

  function follow(done: number, whole: number, detail?: unknown): void {
    const name = typeof detail === "string" ? `${label} ${detail}`.trim() : label;
    const isSame = bar?.label === name && bar.total === whole;
    if (isSame && bar?.ended && done >= whole) return; // said twice
    if (!isSame) bar?.end();
    if (!(whole > 0 && Number.isFinite(whole))) return; // nothing to do, or nobody knows how much
    if (!bar || bar.ended) {
      if (bar) began = Date.now();
      bar = begin(name, whole);
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

function startBar(label: string, total: number, began: number, draw: Draw): Bar {
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

/** One output for bars that follow one another: makes what draws the next one. */
function notebookBoard(): () => Draw {
  const id = elementId();
  const over: State[] = [];
  let update = false;
  return () => {
    let last = 0;
    return (state, ended) => {
      if (!ended && Date.now() - last < interval) return;
      last = Date.now();
      if (ended) over.push(state);
      show(barsBundle(over, ended ? undefined : state), { id, update });
      update = true;
    };
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

/** Bars that have ended, in one line, and the one that is on its way. */
function barsBundle(over: State[], running?: State): MimeBundle {
  const folded = over.length > 0 ? [foldedText(over)] : [];
  const lines = folded.map((text) => `<div style="font-size:12px">${escapeHtml(text)}</div>`);
  const texts = [...folded];
  if (running) {
    const text = describe(running, false);
    const share = Math.round((100 * running.count) / running.total);
    lines.push(
      `<div><div style="${barStyle};border:1px solid #808890;width:240px;margin-right:12px;display:inline-block">` +
        `<div style="${barStyle};background:#2f86c1;width:${share}%"></div></div><span>${escapeHtml(text)}</span></div>`,
    );
    texts.push(text);
  }
  return {
    "text/html": `<div class="${progressClass}">${lines.join("")}</div>`,
    "text/plain": texts.join("\n"),
  };
}

/** Its two colours stand out from white as from black. */
const barStyle = "height:8px;border-radius:4px";
const mostNamed = 3;

/** Each by its name; of many, how many there were and the last. */
function foldedText(over: State[]): string {
  if (over.length <= mostNamed) return over.map(ended).join("; ");
  const seconds = over.reduce((sum, state) => sum + state.seconds, 0);
  return `${over.length} tasks, ${seconds.toFixed(1)} s, the last: ${ended(over.at(-1)!)}`;
}

function ended(state: State): string {
  return `${state.count >= state.total ? "\u2713 " : ""}${describe(state, true)}`;
}

/** Such as "heads 120/400 (30 %), 12 s left". */
function describe({ label, total, count, seconds, left }: State, ended: boolean): string {
  const share = count / total;
  const text = `${label} ${Math.floor(count)}/${total} (${Math.floor(100 * share)} %)`;
  if (ended) return `${text}, ${seconds.toFixed(1)} s`;
  return count === 0 ? text : `${text}, ${Math.ceil(left ?? seconds / share - seconds)} s left`;
}
