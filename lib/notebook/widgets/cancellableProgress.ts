import type { Showable } from "../bundle";
import { escapeHtml } from "../libraries";
import { currentNotebook } from "../output";
import { type Progress, progress } from "../progress";
import { createWidget } from "../widget";

export interface CancellableProgressState {
  label: string;
  total: number;
  count: number;
  /** Since it began. */
  seconds: number;
  /** Until the end at this pace; null before anything is known. */
  left: number | null;
  phase: "running" | "done" | "cancelled";
}

/** A count on its way, that a button can stop. */
export interface CancellableProgress extends Progress, Showable {
  /** Aborted by "Cancel"; for `generate`, `sweepSteering` and whatever takes one. */
  readonly signal: AbortSignal;
}

const interval = 100;

/**
 * A progress bar with the time left and a button to cancel; where no page can be, the plain one of `progress`.
 *
 *     const job = cancellableProgress("heads", pairs.length);
 *     await sweepSteering(model, { ..., signal: job.signal, onCell: () => job.tick() });
 *     job.done();
 *
 * @throws RangeError when the total is not over 0
 */
export function cancellableProgress(label: string, total: number): CancellableProgress {
  if (!(total > 0)) throw new RangeError(`progress of "${label}": the total must be over 0, found ${total}`);
  const stop = new AbortController();
  const began = Date.now();
  const state: CancellableProgressState = {
    label,
    total,
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
    state.left = state.count > 0 ? (state.seconds / state.count) * (total - state.count) : null;
    if (stop.signal.aborted) state.phase = "cancelled";
    widget.set({ ...state });
  }

  return {
    signal: stop.signal,
    tick(n = 1) {
      if (state.phase === "done") return;
      state.count = Math.min(total, state.count + n);
      plain?.tick(n);
      draw(false);
    },
    done() {
      if (state.phase === "running") state.phase = "done";
      plain?.done();
      draw(true);
      widget.settled();
    },
    _repr_mimebundle_: () => widget.bundle(),
  };
}

function describeCount({ count, total }: CancellableProgressState): string {
  return `${count} of ${total}`;
}

function still(state: CancellableProgressState): { html: string; text: string } {
  const end = state.phase === "running" ? "" : `, ${state.phase} after ${state.seconds.toFixed(1)} s`;
  const text = `${state.label}: ${describeCount(state)}${end}`;
  return { html: `<div>${escapeHtml(text)}</div>`, text };
}
