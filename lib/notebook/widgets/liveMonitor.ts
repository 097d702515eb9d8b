import type { Seen } from "../../live/liveSteer";
import type { Intervention, Steer } from "../../model/intervention";
import type { Showable } from "../bundle";
import { escapeHtml } from "../libraries";
import { currentNotebook } from "../output";
import { createWidget, type Widget } from "../widget";
import { curvesPicture } from "./stillPicture";
import { traitColour } from "./traitColour";

export interface LiveMonitorState {
  traits: string[];
  frameRate: number;
  /** The axis' length. */
  seconds: number;
  /** What was seen until now, for a page that is loaded again. */
  seen: Seen[];
}

/** What `generate` takes as `steer`, and a picture of what its monitors see meanwhile. */
export type LiveMonitor = Steer & Showable & { readonly widget: Widget<LiveMonitorState> };

/** Milliseconds between two messages. */
const interval = 60;

/**
 * Watch a take being made: C(t), thresholds and strengths of its first row move while `generate` runs. For a steer that
 * was not shown before it runs, it shows itself.
 *
 *     await generate(model, { prompt, steer: liveMonitor(smitin(probes)) })
 *
 * @param options seconds: the axis' length at first (5); it grows with the take
 */
export function liveMonitor(steer: Steer, { seconds = 5 }: { seconds?: number } = {}): LiveMonitor {
  const widget = createWidget<LiveMonitorState>(
    "liveMonitor",
    { traits: [], frameRate: 50, seconds, seen: [] },
    still,
  );
  const follow: Steer = (context) => {
    const inner = steer(context);
    const { frameRate } = context.model;
    const all: Seen[] = [];
    const unsent: Seen[] = [];
    let last = 0;
    const tell = (isEnd: boolean) => {
      if (unsent.length === 0 || (!isEnd && Date.now() - last < interval)) return;
      last = Date.now();
      widget.send({ seen: unsent.splice(0) });
    };
    const note = (step: number) => {
      const traits = inner.trace?.()[0]?.traits ?? [];
      if (traits.length === 0) return;
      if (all.length === 0) {
        widget.set({ traits: traits.map(({ trait }) => trait), frameRate, seen: [] });
        if (currentNotebook()?.comms) widget.showOnce();
      }
      const seen = {
        step,
        monitor: traits.map(({ monitor }) => monitor.at(-1) ?? 0),
        threshold: traits.map(({ threshold }) => (Number.isNaN(threshold) ? 0 : threshold)),
        strength: traits.map(({ strength }) => strength.at(-1) ?? 0),
      };
      all.push(seen);
      unsent.push(seen);
      tell(false);
    };
    const watched: Intervention = {
      ...inner,
      end(passage) {
        inner.end?.(passage);
        if (!passage.prefill) note(passage.step);
      },
      dispose() {
        tell(true);
        widget.set({ seen: all });
        widget.showOnce(); // where nobody watches, what was seen in the end
        widget.settled();
        inner.dispose?.();
      },
    };
    return watched;
  };
  return Object.assign(follow, { widget, _repr_mimebundle_: () => widget.bundle() });
}

function still({ traits, seen, frameRate }: LiveMonitorState): { html: string; text: string } {
  const last = seen.at(-1);
  const state = last
    ? traits.map(
        (trait, t) =>
          `${trait}: C = ${last.monitor[t].toFixed(2)} after ${(last.step / frameRate).toFixed(1)} s`,
      )
    : ["nothing generated yet"];
  const text = `[live monitor: ${state.join("; ")}]`;
  if (!last) return { html: `<div>${escapeHtml(text)}</div>`, text };
  const at = ({ step }: Seen) => step / frameRate;
  const curves = traits.flatMap((_, t) => {
    const colour = traitColour(t);
    return [
      { colour, points: seen.map((one): [number, number] => [at(one), one.monitor[t]]) },
      { colour, points: seen.map((one): [number, number] => [at(one), one.threshold[t]]), isDashed: true },
    ];
  });
  const names = state.map(
    (line, t) =>
      `<b style="border-left:3px solid ${traitColour(t)};padding-left:6px;margin-right:14px">${escapeHtml(line)}</b>`,
  );
  const drawn = curvesPicture("what the monitors saw, dashed: thresholds", curves, at(last));
  return { html: `<div>${names.join("")}</div>${drawn}`, text };
}
