import type { Audio } from "../../audio/audio";
import { encodeWav } from "../../audio/wav";
import { headClips, headPlane } from "../../figures/headView";
import type { Pair } from "../../music/pairs";
import type { HeadActivations } from "../../probes/activations";
import type { Probe } from "../../probes/probe";
import type { Showable } from "../bundle";
import { escapeHtml } from "../libraries";
import { addListener } from "../listeners";
import { createWidget, type Widget } from "../widget";
import { pointsPicture } from "./stillPicture";

export interface HeadListenerState {
  trait: string;
  title: string;
  /** A clip a point: along the probe's direction, across it, with the trait or not. */
  points: [along: number, across: number, label: number][];
  /** Of every clip, the other one of its pair: the same song with or without; -1 where there is none. */
  partner: number[];
  /** Where along the direction the probe changes its mind. */
  boundary: number | null;
}

export interface HeadListener extends Showable {
  /** Called with a clip's number when somebody hears it. Returns how to stop. */
  onHear(listener: (clip: number) => void): () => void;
  readonly widget: Widget<HeadListenerState>;
}

/**
 * `headView` to listen to: every clip a point in the plane of one head's direction, joined with the other clip of its
 * pair; hovering over a point (or going through them with the arrow keys) plays its clip.
 * @param sounds the pairs that were captured, or the clips themselves, in the activations' order
 * @throws Error when there are not as many sounds as activations
 */
export function headListener(
  activations: HeadActivations,
  probe: Probe,
  sounds: Pair[] | Audio[],
): HeadListener {
  const clips = headClips(activations, probe);
  const { along, across } = headPlane(clips);
  const { labels, pair, trait } = activations;
  const soundOf = (clip: number): Audio | undefined => {
    const first = sounds[0];
    if (first && "samples" in first) return (sounds as Audio[])[clip];
    const one = (sounds as Pair[])[pair[clip]];
    return labels[clip] ? one?.with : one?.without;
  };
  const missing = along.findIndex((_, clip) => !soundOf(clip));
  if (missing >= 0)
    throw new Error(
      `headListener: expected the sound of ${along.length} clips, found none of clip ${missing}`,
    );
  const widget = createWidget<HeadListenerState>(
    "headListener",
    {
      trait,
      title: `${trait} in layer ${probe.layer}, head ${probe.head}: accuracy ${(100 * probe.accuracy).toFixed(1)} %`,
      points: along.map((x, clip) => [x, across[clip], labels[clip]]),
      partner: along.map((_, clip) =>
        pair.findIndex((one, other) => one === pair[clip] && labels[other] !== labels[clip]),
      ),
      boundary: clips.boundary ?? null,
    },
    (state) => {
      const text = `${state.title}; ${state.points.length} clips for ${trait}`;
      const drawn = pointsPicture(`clips along the probe's direction, filled: with ${trait}`, state);
      return { html: `<div>${escapeHtml(text)}</div>${drawn}`, text: `[head view: ${text}]` };
    },
  );
  const listeners = new Set<(clip: number) => void>();
  widget.onMessage(({ hear }) => {
    const sound = typeof hear === "number" ? soundOf(hear) : undefined;
    if (!sound) return;
    widget.send({ heard: hear }, [encodeWav(sound)]);
    for (const listener of [...listeners]) listener(hear as number);
  });
  return {
    widget,
    onHear: (listener) => addListener(listeners, listener),
    _repr_mimebundle_: () => widget.bundle(),
  };
}
