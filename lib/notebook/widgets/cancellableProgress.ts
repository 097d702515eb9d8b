import type { OnProgress } from "../../jobs/progress";
import type { Showable } from "../bundle";
import { escapeHtml } from "../libraries";
import { currentNotebook } from "../output";
import { progress } from "../progress";
import { createWidget, type Still } from "../widget";

export interface CancellableProgressState {
  label: string;
  /** 0 before it is known. */
  total: number;
  count: number;
  /** Since it began. */
  seconds: number;
  /** Until the end at this pace; null before anything is known. */
  left: number | null;
  phase: "running" | "done" | "cancelled";
}

/** A count on its way, that a button can stop: what every `onProgress` takes. */
export interface CancellableProgress extends OnProgress, Showable {
  /** `n` more are done, of the total that it was given */
  tick(n?: number): void;
  /** The end, reached or not. */
  done(): void;
  /** Aborted by "Cancel"; for `generate`, `sweepSteering` and whatever takes one. */
  readonly signal: AbortSignal;
}

const interval = 100;

/**
 * A progress bar with the time left and a button to cancel; where no page can be, the plain one of `progress`.
 *
 *     const job = cancellableProgress("cells");
 *     await sweepSteering(model, { ..., signal: job.signal, onProgress: job });
 *
 * @param total for a loop of one's own, which calls `tick` and `done`; without it each call says so
 * @throws RangeError when the total is not over 0; Error on `tick` without a total
 */
export function cancellableProgress(label: string, total?: number): CancellableProgress {
  if (total !== undefined && !(total > 0))
    throw new RangeError(`progress of "${label}": the total must be over 0, found ${total}`);
  const stop = new AbortController();
  const began = Date.now();
  const state: CancellableProgressState = {
    label,
    total: total ?? 0,
    count: 0,
    seconds: 0,
    left: null,
    phase: "running",
  };
  const widget = createWidget<CancellableProgressState>("cancellableProgress", state, still);
  widget.onMessage(({ cancel }) => {
    if (cancel === true) stop.abort(new Error(`${label}: cancelled after ${describeCount(state)}`));
    draw(true);
    widget.settled();
  });
  const plain = currentNotebook()?.comms ? undefined : progress(label, total);
  if (!plain) widget.showOnce();
  let last = 0;

  function draw(isDue: boolean): void {
    const now = Date.now();
    if (!isDue && now - last < interval) return;
    last = now;
    state.seconds = (now - began) / 1000;
    state.left = state.count > 0 ? (state.seconds / state.count) * (state.total - state.count) : null;
    if (stop.signal.aborted) state.phase = "cancelled";
    widget.set({ ...state });
  }

  function put(count: number, whole: number): void {
    if (state.phase === "done" || !(whole > 0)) return;
    state.total = whole;
    state.count = Math.min(whole, count);
    plain?.(state.count, whole);
    draw(false);
  }

  function end(): void {
    if (state.phase === "running") state.phase = "done";
    plain?.done();
    draw(true);
    widget.settled();
  }

  function follow(count: number, whole: number): void {
    put(count, whole);
    if (count >= whole) end();
  }

  return Object.assign(follow, {
    signal: stop.signal,
    tick(n = 1) {
      if (state.total === 0) throw new Error(`progress of "${label}": tick needs a total, found none`);
      put(state.count + n, state.total);
    },
    done: end,
    _repr_mimebundle_: () => widget.bundle(),
  });
}

function describeCount({ count, total }: CancellableProgressState): string {
  return `${Math.floor(count)} of ${total}`;
}

function still(state: CancellableProgressState): Still {
  const end = state.phase === "running" ? "" : `, ${state.phase} after ${state.seconds.toFixed(1)} s`;
  const text = `${state.label}: ${describeCount(state)}${end}`;
  return { html: `<div>${escapeHtml(text)}</div>`, text, isOnlyToSee: true };
}
