import { h } from "../notebook/widgets/page/elements";
import type { Session } from "./session";
import { secondsOf } from "./timeline";

/** Play, the two takes, another one; the clock; how the model is. */
export function createTransport(session: Session) {
  const { store, player, examples } = session;
  const play = h("button", {
    type: "button",
    class: "play",
    title: "play or stop (Space)",
    onclick: () => session.toggle(),
  });
  const rows = (["Steered", "Unsteered"] as const).map((label, row) =>
    h(
      "button",
      {
        type: "button",
        title: `hear the ${label.toLowerCase()} take of this seed (B changes)`,
        onclick: () => session.choose(row as 0 | 1),
      },
      label,
    ),
  );
  const seed: HTMLInputElement = h("input", {
    type: "number",
    min: 0,
    step: 1,
    "aria-label": "Seed: the number that every random choice follows from",
    onchange: () => {
      const value = Math.round(Number(seed.value));
      if (Number.isSafeInteger(value) && value >= 0) session.seed(value);
      else seed.value = String(store.state.seed);
    },
  });
  const again = h(
    "button",
    { type: "button", title: "the same settings, another seed (N)", onclick: () => session.renew() },
    "New take",
  );
  const clock = h("span", { class: "number clock" });
  const status = h("span", { class: "quiet", role: "status" });
  const bar = h("progress", { "aria-label": "The model is loading" });
  const print = h("span", { class: "quiet print" });
  const told = h("p", { class: "quiet told", role: "status", "aria-live": "polite" });

  store.follow(["row"], () => {
    for (const [row, button] of rows.entries())
      button.setAttribute("aria-pressed", String(row === store.state.row));
  });
  store.follow(["seed"], () => {
    seed.value = String(store.state.seed);
  });
  store.follow(["told", "model"], () => {
    told.textContent = store.state.told;
    told.classList.toggle("wrong", store.state.model.phase === "failed");
  });
  store.follow(["model"], () => {
    const { model } = store.state;
    bar.hidden = model.phase !== "loading";
    if (model.phase === "loading") {
      bar.max = model.total;
      bar.value = model.done;
    }
  });
  store.follow(["take"], () => {
    const { take } = store.state;
    print.textContent = take?.tokens ? `take ${take.tokens.slice(0, 8)}` : "";
    print.title =
      "fingerprint of the take's tokens: the same seed and moves give the same one in every browser";
    if (take?.tokens) print.dataset.tokens = take.tokens;
    else delete print.dataset.tokens;
  });

  return {
    element: h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: "row" },
        play,
        h("div", { class: "segments", role: "group", "aria-label": "Which take is heard" }, ...rows),
        clock,
        again,
        h("label", { class: "field" }, "seed", seed),
      ),
    ),
    foot: h("div", {}, h("div", { class: "status" }, h("span", { class: "row" }, bar, status), print), told),
    /** What changes while it plays. */
    show(): void {
      const { take, model } = store.state;
      play.textContent = player.isWaiting ? "Waiting…" : player.isPlaying ? "■ Stop" : "▶ Play";
      play.setAttribute("aria-label", player.isPlaying ? "Stop" : "Play");
      const whole = take ? secondsOf(take, examples.frameRate) : 0;
      clock.textContent = `${player.played().toFixed(1)} of ${whole.toFixed(0)} s`;
      status.textContent = statusOf(model, take);
    },
  };
}

function statusOf(
  model: Session["store"]["state"]["model"],
  take: Session["store"]["state"]["take"],
): string {
  switch (model.phase) {
    case "waiting":
      return "the model is about to load";
    case "loading": {
      const [done, total] = [model.done, model.total].map((bytes) => (bytes / 1e6).toFixed(1));
      return `the model is loading (${done} of ${total} MB)`;
    }
    case "failed":
      return "no model: prepared takes only";
    case "ready": {
      if (!take || take.number === 0) return "the model is here: Play makes the music anew";
      if (take.speed === 0) return "the model reads the prompt";
      const times = `${take.speed.toFixed(1)} s of music a second`;
      return take.speed < 1.05
        ? `making ${times}: too slow to listen along, so it waits now and then`
        : `making ${times}${take.isWhole ? ", done" : ""}`;
    }
  }
}
