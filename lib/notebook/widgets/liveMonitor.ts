import { traitStyles } from "../../figures/traitStyle";
import type { Seen } from "../../live/liveSteer";
import type { Intervention, Steer } from "../../model/intervention";
import type { Showable } from "../bundle";
import { escapeHtml } from "../libraries";
import { currentNotebook } from "../output";
import { createWidget, type Still, type Widget } from "../widget";
import { curvesPicture, type StillCurve } from "./stillPicture";

export interface LiveMonitorState {
  traits: string[];
  frameRate: number;
  /** Seconds of the take's prompt, where the axis begins; steps count from its end. */
  prompt: number;
  /** The axis' length: the take's, the prompt included, where `isWhole` says that it is known. */
  seconds: number;
  isWhole: boolean;
  /** What was seen until now, for a page that is loaded again. */
  seen: Seen[];
}

/** What `generate` takes as `steer`, and a picture of what its monitors see meanwhile. */
export type LiveMonitor = Steer & Showable & { readonly widget: Widget<LiveMonitorState> };

/** Milliseconds between two messages. */
const interval = 60;

/**
 * Watch a take being made: C(t), thresholds and strengths of its first row move while `generate` runs, on the take's own
 * axis: from the prompt's first frame, as in `monitorTrace`, to the last new one. For a steer that was not shown before it
 * runs, it shows itself.
 *
 *     await generate(model, { prompt, steer: liveMonitor(smitin(probes)) })
 *
 * @param options seconds: the axis' length at first (5), where whoever generates does not say how long the take will be
 */
export function liveMonitor(steer: Steer, { seconds = 5 }: { seconds?: number } = {}): LiveMonitor {
  const widget = createWidget<LiveMonitorState>(
    "liveMonitor",
    { traits: [], frameRate: 50, prompt: 0, seconds, isWhole: false, seen: [] },
    still,
  );
  const follow: Steer = (context) => {
    const inner = steer(context);
    const { promptFrames, frames } = context;
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
        widget.set({
          traits: traits.map(({ trait }) => trait),
          frameRate,
          prompt: promptFrames / frameRate,
          seconds: frames === undefined ? seconds : (promptFrames + frames) / frameRate,
          isWhole: frames !== undefined,
          seen: [],
        });
        if (currentNotebook()?.comms) widget.showOnce();
      }
      if (frames !== undefined && step >= frames) return; // after the take's last frame only its other codebooks are made
      const seen = {
        step,
        monitor: traits.map(({ monitor }) => monitor.at(-1) ?? 0),
        threshold: traits.map(({ threshold }) => (Number.isNaN(threshold) ? null : threshold)),
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
        const made = promptFrames + (all.at(-1)?.step ?? -1) + 1;
        widget.set({ seen: all, seconds: made / frameRate, isWhole: all.length > 0 });
        widget.showOnce(); // where nobody watches, what was seen in the end
        widget.settled();
        inner.dispose?.();
      },
    };
    return watched;
  };
  return Object.assign(follow, { widget, _repr_mimebundle_: () => widget.bundle() });
}

function still({ traits, seen, frameRate, prompt, seconds }: LiveMonitorState): Still {
  const last = seen.at(-1);
  const state = last
    ? traits.map(
        (trait, t) =>
          `${trait}: C = ${last.monitor[t].toFixed(2)} after ${((last.step + 1) / frameRate).toFixed(1)} s`,
      )
    : ["nothing generated yet"];
  const text = `[live monitor: ${state.join("; ")}]`;
  if (!last) return { html: `<div>${escapeHtml(text)}</div>`, text, isOnlyToSee: true };
  const at = ({ step }: Seen) => prompt + step / frameRate;
  const curves = traitStyles(traits).map(
    ({ light }, t): StillCurve => ({
      name: state[t],
      colour: light,
      points: seen.map((one) => [at(one), one.monitor[t]]),
      threshold: seen.flatMap((one): [number, number][] => {
        const level = one.threshold[t];
        return level === null ? [] : [[at(one), level]];
      }),
      bars: seen.map((one) => [at(one), one.strength[t]]),
    }),
  );
  return {
    html: curvesPicture(`what the monitors saw: ${state.join("; ")}`, curves, { prompt, seconds }),
    text,
    isOnlyToSee: true,
  };
}
