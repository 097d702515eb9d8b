import { h } from "../notebook/widgets/page/elements";
import { createEar } from "./earPanel";
import type { Examples } from "./example";
import { createHeads } from "./heads";
import { createHelp } from "./help";
import { createJourney } from "./journey";
import { keepOffline } from "./keepOffline";
import { places } from "./places";
import { createPromptChoice } from "./promptChoice";
import { createSession, type Session } from "./session";
import { createSpeaker } from "./speaker";
import { createStrips } from "./strips";
import { createThemeButton } from "./themeButton";
import { createTimeline } from "./timeline";
import { createTransport } from "./transport";

/** Written by the build: which files the model has, and whether the page is kept for use offline. */
declare const MODEL_FILES: string[];

async function main(): Promise<void> {
  const answer = await fetch("examples/examples.json");
  if (!answer.ok) throw new Error(`examples/examples.json: ${answer.status} ${answer.statusText}`);
  const examples = (await answer.json()) as Examples;
  const session = createSession(examples, { model: MODEL_FILES, examples: "examples" });
  draw(session);
  const isKept = await modelSettled(session).then(() => keepOffline("", "explorer")); // not while it loads itself
  if (isKept === false)
    session.tell(
      "This browser has no room to keep the page: it plays, but needs the network the next time too.",
    );
}

/** Until the model is there, or can't be. */
function modelSettled({ store }: Session): Promise<void> {
  return new Promise((resolve) => {
    store.follow(["model"], () => {
      const { phase } = store.state.model;
      if (phase === "ready" || phase === "failed") resolve();
    });
  });
}

function draw(session: Session): void {
  const { store, player, examples } = session;
  const { frameRate, vocabulary } = examples;
  const shownTraits = () => {
    const { hands, trait } = store.state;
    const on = Object.keys(hands.strips).filter((each) => hands.strips[each].on);
    return [...new Set([trait, ...on])];
  };
  const frame = () => Math.floor(player.played() * frameRate);
  const timeline = createTimeline(
    () => {
      const { take, row } = store.state;
      return { take, row, traits: shownTraits(), played: player.played(), frameRate };
    },
    (seconds) => session.seek(seconds),
  );
  const transport = createTransport(session);
  const heads = createHeads(store, {
    ...session,
    chooseTrait: (trait) => store.set({ trait }),
  });
  const journey = createJourney(
    store,
    () => ({ take: store.state.take, row: store.state.row, frame: frame(), vocabulary }),
    { sound: createPromptChoice(session), heads: heads.element, speaker: createSpeaker(session) },
  );
  const strips = createStrips(store, { ...session, chooseTrait: (trait) => store.set({ trait }) });
  const help = createHelp();

  document.body.replaceChildren(
    h(
      "header",
      {},
      h("a", { class: "brand", href: "index.html" }, "SMITIN Lab"),
      h(
        "nav",
        { "aria-label": "The site" },
        ...places.map(({ name, label, address }) =>
          h("a", { href: address, "aria-current": name === "play" && "page" }, label),
        ),
      ),
      h(
        "div",
        { class: "tools" },
        h("button", { type: "button", onclick: () => void copyLink(session) }, "Take as link"),
        createThemeButton(),
        h(
          "button",
          { type: "button", title: "help (?)", "aria-label": "Help", onclick: () => help.showModal() },
          "?",
        ),
      ),
    ),
    h(
      "main",
      {},
      h("h1", {}, "Steer a music transformer while it plays"),
      h(
        "section",
        { class: "music", "aria-label": "The music" },
        transport.element,
        timeline.element,
        transport.foot,
      ),
      h(
        "section",
        { class: "hands", "aria-label": "Steering" },
        h("h2", {}, "Steer"),
        h("p", { class: "quiet" }, "Choose a trait and how it is pushed. You hear it in what is made next."),
        strips,
      ),
      journey.element,
      createEar(session),
    ),
    help,
  );

  const redraw = () => {
    transport.show();
    timeline.ask();
    journey.ask();
    const { take, row } = store.state;
    const step = take ? frame() - take.prompt[0].length : -1;
    const strengths = row === 0 ? take?.strength[step] : undefined;
    heads.glow(
      Object.fromEntries((take?.traits ?? []).map((trait, t) => [trait, Math.abs(strengths?.[t] ?? 0)])),
    );
  };
  store.follow(["take", "row", "hands", "trait", "model", "grids"], redraw);
  let wasPlaying = false;
  const tick = () => {
    if (player.isPlaying || wasPlaying) redraw();
    wasPlaying = player.isPlaying;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  listenToKeys(session, help);
}

function listenToKeys(session: Session, help: HTMLDialogElement): void {
  const presses: Record<string, () => void> = {
    " ": () => session.toggle(),
    b: () => session.choose(session.store.state.row === 0 ? 1 : 0),
    n: () => session.renew(),
    "?": () => help.showModal(),
  };
  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || help.open) return;
    const isTyping = (target as Element).matches?.('input:not([type="range"]), select, textarea');
    const isPressing = key === " " && (target as Element).matches?.("button, summary");
    const press = presses[key.toLowerCase()];
    if (!press || isTyping || isPressing) return;
    event.preventDefault();
    press();
  });
}

async function copyLink(session: Session): Promise<void> {
  const { link, own } = await session.link();
  history.replaceState(null, "", `#${link}`);
  const what =
    own.length === 0
      ? "Who opens it hears the same take."
      : `It is steered by "${own.join('", "')}", which you taught: probes are too long for an address, so send those that you export too.`;
  session.tell(`The take is in the address now. ${what}`);
  try {
    await navigator.clipboard.writeText(location.href);
    session.tell(`The take is in the address now, and in your clipboard. ${what}`);
  } catch {} // some browsers ask, or have none
}

main().catch((error: Error) => {
  document.body.replaceChildren(
    h(
      "main",
      {},
      h("h1", {}, "SMITIN Lab"),
      h("p", {}, `The page could not be loaded (${error.message}). Load it again.`),
    ),
  );
});
