import type { Seen } from "../../../live/liveSteer";
import type { ConsoleState } from "../steeringConsole";
import { button, h } from "./elements";
import { createPeaks } from "./peaks";
import { createPlayer } from "./player";
import { createScope } from "./scope";
import { drawStrip } from "./strip";
import { traitLooks } from "./traitLook";
import { type View, widget } from "./view";

/** The console in the page: transport, scope, a strip for each trait. */
export default widget<ConsoleState>((view) => {
  const { model, el } = view;
  // what is made keeps only just ahead of what sounds: there is nothing to hold in reserve
  const player = createPlayer(model.get("sampleRate"), () => scope.ask(), { first: 0, most: 0 });
  const traits = model.get("traits");
  const looks = traitLooks(traits.map(({ trait }) => trait));
  const peaks = createPeaks(model.get("sampleRate"));
  const scope = createScope(view as View<object>, {
    traits: looks,
    frameRate: model.get("frameRate"),
    peaks,
    seconds: () => Math.max(model.get("phase") === "ended" ? 0 : model.get("seconds"), player.length()) || 1,
    played: () => player.played(),
    seek: (seconds) => {
      if (player.length() > 0) player.play(seconds);
    },
  });
  let takeNumber = 0;
  let wasAsleep = false;
  let chosen = 0;

  const play = button("▶ New take", "generate and play a new take (P)", () => {
    player.wake();
    view.command({ play: true });
  });
  play.className = "sm-primary";
  const stop = button("■ Stop", "stop (P)", () => {
    if (model.get("phase") === "playing") view.send({ stop: true });
    player.pause();
  });
  const again = button("↻ Replay", "play this take once more, from its beginning", () => player.play(0));
  const rows = ["Steered", "Unsteered"].map((name, row) =>
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
  const clip = h("b", { class: "sm-wrong", hidden: true });
  const told = h("span", { class: "sm-quiet", role: "status", "aria-live": "polite" });

  el.tabIndex = 0;
  el.append(
    h(
      "div",
      { class: "sm-row" },
      play,
      stop,
      again,
      h(
        "div",
        { class: "sm-segments", role: "group", "aria-label": "which take is heard and shown" },
        ...rows,
      ),
      record,
      keep,
      clock,
      clip,
    ),
    scope.element,
    h(
      "div",
      { class: "sm-row" },
      h("label", { class: "sm-choice" }, h("span", {}, "seed"), seed),
      h("label", { class: "sm-choice" }, h("span", {}, "seconds"), seconds),
      told,
    ),
    h("div", { class: "sm-columns" }, ...traits.map((trait, i) => drawStrip(view, trait, looks[i].style))),
  );
  choose(0);

  view.follow("phase", (phase) => {
    const isPlaying = phase === "playing";
    play.disabled = isPlaying;
    again.disabled = isPlaying || phase === "idle";
    keep.disabled = isPlaying || phase === "idle";
    scope.ask();
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
      player.begin();
      scope.begin();
      peaks.begin();
      if (content.isOld !== true) player.play();
    } else if (content.sound === takeNumber) {
      const stretch = buffers.map(samplesOf);
      player.push(stretch);
      peaks.add(stretch);
      scope.seen(content.seen as Seen[]);
      report();
    } else if (content.end === takeNumber) {
      player.end();
      scope.seen(content.seen as Seen[]);
    }
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
    b: () => choose(1 - chosen),
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
    const over = peaks.clipped(chosen);
    clip.hidden = over === 0;
    clip.textContent = `clipping: ${over} ${over === 1 ? "sample" : "samples"} over full scale`;
    if (model.get("phase") === "playing") view.send({ played: at, take: takeNumber });
    if (player.isPlaying) scope.ask();
  }

  function choose(row: number): void {
    chosen = row;
    player.choose(row);
    scope.choose(row);
    for (const [i, one] of rows.entries()) one.setAttribute("aria-pressed", String(i === row));
    report();
  }

  function number(name: string, change: () => void): HTMLInputElement {
    return h("input", { type: "number", "aria-label": name, style: "width:84px", onchange: change });
  }
});

function samplesOf(view: DataView): Float32Array {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}
