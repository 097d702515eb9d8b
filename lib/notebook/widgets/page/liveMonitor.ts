import type { Seen } from "../../../live/liveSteer";
import type { LiveMonitorState } from "../liveMonitor";
import { h } from "./elements";
import { createScope, type Scope } from "./scope";
import { traitLooks } from "./traitLook";
import { type View, widget } from "./view";

/** A monitor's curves while a take is made. */
export default widget<LiveMonitorState>((view) => {
  const { model, el } = view;
  const place = h("div");
  let scope: Scope | undefined;
  let last = 0; // seconds seen, the prompt's included
  el.append(place);

  view.follow("traits", (names) => {
    last = 0;
    if (names.length === 0) {
      place.replaceChildren(
        h("span", { class: "sm-quiet" }, "waiting for a take: give this to generate as steer"),
      );
      return;
    }
    scope = createScope(view as View<object>, {
      traits: traitLooks(names),
      frameRate: model.get("frameRate"),
      prompt: () => model.get("prompt"),
      seconds: () => (model.get("isWhole") ? model.get("seconds") : Math.max(model.get("seconds"), last)),
      played: () => last,
    });
    place.replaceChildren(scope.element);
  });
  view.follow("seen", (seen) => {
    scope?.begin();
    show(seen);
  });
  for (const key of ["seconds", "prompt", "isWhole"] as const) view.follow(key, () => scope?.ask());
  view.receive(({ seen }) => show((seen ?? []) as Seen[]));

  function show(seen: Seen[]): void {
    scope?.seen(seen);
    const end = seen.at(-1);
    if (end) last = Math.max(last, model.get("prompt") + (end.step + 1) / model.get("frameRate"));
  }
});
