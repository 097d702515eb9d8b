import type { Seen } from "../../../live/liveSteer";
import type { ConsoleState } from "../steeringConsole";
import { traitColour } from "../traitColour";
import { createPlayer } from "./audio";
import { button, h } from "./elements";
import { createScope } from "./scope";
import { drawStrip } from "./strip";
import { type View, widget } from "./view";

/** The console in the page: transport, scope, a strip for each trait. */
export default widget<ConsoleState>((view) => {
  const { model, el } = view;
  const player = createPlayer(model.get("sampleRate"));
  const traits = model.get("traits");
  const scope = createScope(view as View<object>, {
    traits: traits.map(({ trait }, i) => ({ name: trait, colour: traitColour(i) })),
    frameRate: model.get("frameRate"),
    sampleRate: model.get("sampleRate"),
    seconds: () => Math.max(model.get("seconds"), player.length()),
    played: () => player.played(),
    seek: (seconds) => {
      if (model.get("phase") !== "playing") player.replay(seconds);
    },
  });
  let takeNumber = 0;
  let isOld = false;
  let wasAsleep = false;

  const play = button("▶ Play", "generate and play a new take (P)", () => view.command({ play: true }));
  const stop = button("■ Stop", "stop (P)", () => {
    if (model.get("phase") === "playing") view.send({ stop: true });
    player.halt();
  });
  const again = button("↻ Again", "play this take once more", () => player.replay(0));
  const [a, b] = ["Steered", "Unsteered"].map((name, row) =>
    button(name, `hear the ${name.toLowerCase()} take of this seed (B)`, () => choose(row)),
  );
  const record = button("● Record", "keep every take when it ends (R)", () =>
    view.save({ record: !model.get("record") }),
  );
  record.className = "sm-record";
  const keep = button("Keep take", "write this take as WAV and JSON (K)", () => view.send({ keep: true }));
  const seed = number("seed", () => view.save({ seed: Math.round(Number(seed.value)) || 0 }));
  const seconds = number("seconds", () => view.save({ seconds: Math.max(1, Number(seconds.value) || 20) }));
  const clock = h("span", { class: "sm-number" });
  const told = h("span", { class: "sm-quiet", role: "status", "aria-live": "polite" });

  el.tabIndex = 0;
  el.append(
    h("div", { class: "sm-row" }, play, stop, again, a, b, record, keep, clock),
    scope.element,
    h(
      "div",
      { class: "sm-row" },
      h("label", { class: "sm-choice" }, h("span", {}, "seed"), seed),
      h("label", { class: "sm-choice" }, h("span", {}, "seconds"), seconds),
      told,
    ),
    h("div", { class: "sm-columns" }, ...traits.map((trait, i) => drawStrip(view, trait, i))),
  );
  choose(0);

  view.follow("phase", (phase) => {
    const isPlaying = phase === "playing";
    play.disabled = isPlaying;
    again.disabled = isPlaying;
    keep.disabled = isPlaying || phase === "idle";
  });
  view.follow("record", (on) => record.setAttribute("aria-pressed", String(on)));
  view.follow("seed", (value) => {
    seed.value = String(value);
  });
  view.follow("seconds", (value) => {
    seconds.value = String(value);
    scope.ask();
  });
  view.follow("told", (text) => {
    told.textContent = text;
  });
  view.receive((content, buffers) => {
    if (typeof content.begin === "number") {
      takeNumber = content.begin;
      isOld = content.isOld === true;
      player.begin();
      scope.begin();
    } else if (content.sound === takeNumber) {
      const rows = buffers.map(samplesOf);
      player.push(rows);
      if (isOld) player.halt();
      scope.sound(rows);
      scope.seen(content.seen as Seen[]);
      report();
    } else if (content.end === takeNumber) scope.seen(content.seen as Seen[]);
  });
  if (model.get("phase") !== "idle") view.send({ want: "take" });

  const timer = setInterval(report, 80);
  view.onEnd(() => {
    clearInterval(timer);
    player.close();
  });
  for (const kind of ["click", "keydown"]) el.addEventListener(kind, player.wake);
  view.keys({
    p: () => (model.get("phase") === "playing" ? stop : play).click(),
    b: () => choose(a.getAttribute("aria-pressed") === "true" ? 1 : 0),
    r: () => record.click(),
    k: () => keep.click(),
  });

  /** Tell TypeScript how far the sound is: the music is made just ahead of it. */
  function report(): void {
    const at = player.played();
    const isAsleep = player.isAsleep && model.get("phase") === "playing";
    if (isAsleep !== wasAsleep)
      told.textContent = isAsleep ? "click here: the browser wants that before it plays" : model.get("told");
    wasAsleep = isAsleep;
    clock.textContent = `${at.toFixed(1)} / ${player.length().toFixed(1)} s`;
    if (model.get("phase") === "playing") view.send({ played: at, take: takeNumber });
    if (player.isPlaying) scope.ask();
  }

  function choose(row: number): void {
    player.choose(row);
    scope.choose(row);
    for (const [i, one] of [a, b].entries()) one.setAttribute("aria-pressed", String(i === row));
  }

  function number(name: string, change: () => void): HTMLInputElement {
    return h("input", { type: "number", "aria-label": name, style: "width:84px", onchange: change });
  }
});

function samplesOf(view: DataView): Float32Array {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}
