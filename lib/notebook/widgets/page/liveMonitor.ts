import type { Seen } from "../../../live/liveSteer";
import type { LiveMonitorState } from "../liveMonitor";
import { traitColour } from "../traitColour";
import { h } from "./elements";
import { createScope, type Scope } from "./scope";
import { type View, widget } from "./view";

/** A monitor's curves while a take is made. */
export default widget<LiveMonitorState>((view) => {
  const { model, el } = view;
  const legend = h("div", { class: "sm-row" });
  const place = h("div");
  let scope: Scope | undefined;
  let last = 0; // seconds seen
  el.append(legend, place);

  view.follow("traits", (names) => {
    const traits = names.map((name, i) => ({ name, colour: traitColour(i) }));
    legend.replaceChildren(
      ...traits.map(({ name, colour }) =>
        h("b", { style: `border-left:3px solid ${colour};padding-left:6px` }, name),
      ),
    );
    scope = createScope(view as View<object>, {
      traits,
      frameRate: model.get("frameRate"),
      sampleRate: 100,
      waveHeight: 0,
      seconds: () => Math.max(model.get("seconds"), last),
      played: () => last,
      seek() {},
    });
    last = 0;
    place.replaceChildren(scope.element);
  });
  view.follow("seen", (seen) => {
    scope?.begin();
    show(seen);
  });
  view.receive(({ seen }) => show((seen ?? []) as Seen[]));

  function show(seen: Seen[]): void {
    scope?.seen(seen);
    last = Math.max(last, ((seen.at(-1)?.step ?? -1) + 1) / model.get("frameRate"));
  }
});
