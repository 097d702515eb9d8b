import { sequential } from "../notebook/widgets/page/colours";
import { h } from "../notebook/widgets/page/elements";
import { canvas } from "./canvas";
import { createNextPicture } from "./nextPicture";
import { methodColour } from "./palette";
import { peaksPerSecond } from "./peaks";
import type { PageState, Station, Store } from "./state";
import { createTokensPicture, type FrameView } from "./tokensPicture";

interface Words {
  title: string;
  text: string;
  formula: string;
  attempt: string;
}

/** What each station says of itself: two sentences, one formula, one thing to try. */
const words: Record<Station, Words> = {
  sound: {
    title: "Sound",
    text: "The prompt is three seconds of sound. The codec hears it 50 times a second and writes four numbers each time.",
    formula: "16,000 samples a second → 50 × 4 tokens a second",
    attempt: "Try it: choose another prompt, or a sound file of your own, and press Play.",
  },
  tokens: {
    title: "Tokens",
    text: "Every 20 ms of music is four tokens: the first is the rough sketch, the others add detail. Each codebook waits one step for the one above, so that detail can follow the sketch.",
    formula: "column t holds codebook k of frame t − k",
    attempt:
      "Try it: play, and watch the framed column being written. Press B to see the unsteered take's tokens.",
  },
  heads: {
    title: "Heads",
    text: "Each cell is an attention head. Its colour tells how well a probe, a line drawn through what the head says, tells whether an instrument plays.",
    formula: "P(trait) = sigmoid(θ · z + b)      steering: z + α σ θ",
    attempt: "Try it: click a head while music plays to take it out, and listen.",
  },
  next: {
    title: "Next token",
    text: "After the last layer the model gives every possible token a probability. One is drawn at random; the seed decides which.",
    formula: "p(token) = softmax(logits / temperature), of the likeliest 32",
    attempt: "Try it: raise the push until one bar stands alone. That is what too much steering looks like.",
  },
  speaker: {
    title: "Sound again",
    text: "The codec turns the chosen tokens back into sound, a fifth of a second at a time. You hear it while the next tokens are being made.",
    formula: "50 × 4 tokens a second → 16,000 samples a second",
    attempt: "Try it: move a slider and count how long it takes until you hear it.",
  },
};

const order: Station[] = ["sound", "tokens", "heads", "next", "speaker"];

/**
 * Five stations on one line, each a small living picture; the chosen one unfolds below.
 * @param details what a station unfolds to, besides its words
 */
export function createJourney(
  store: Store<PageState>,
  view: () => FrameView,
  details: Record<Exclude<Station, "tokens" | "next">, HTMLElement>,
) {
  const small = 52;
  const pictures: Record<Station, { element: HTMLElement; ask(): void }> = {
    sound: peaksPicture(store, () => view(), "prompt", small),
    tokens: createTokensPicture(view, small, 5),
    heads: gridPicture(store, small),
    next: createNextPicture(view, small, 8, false),
    speaker: peaksPicture(store, () => view(), "now", small),
  };
  const large: Partial<Record<Station, { element: HTMLElement; ask(): void }>> = {
    tokens: createTokensPicture(view, 112, 14),
    next: createNextPicture(view, 150, 16, true),
  };
  const tabs = order.map((station) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${station}`,
        "aria-controls": "unfolded",
        onclick: () => store.set({ station }),
        onkeydown: (event: KeyboardEvent) => step(station, event),
      },
      pictures[station].element,
      h("span", {}, words[station].title),
    ),
  );
  const unfolded = h("div", { id: "unfolded", role: "tabpanel" });
  store.follow(["station"], () => {
    const { station } = store.state;
    for (const [i, tab] of tabs.entries()) {
      tab.setAttribute("aria-selected", String(order[i] === station));
      tab.tabIndex = order[i] === station ? 0 : -1;
    }
    const { text, formula, attempt } = words[station];
    unfolded.setAttribute("aria-labelledby", `tab-${station}`);
    const detail = large[station]?.element ?? details[station as keyof typeof details];
    unfolded.replaceChildren(
      h("div", { class: "words" }, h("p", {}, text), h("p", { class: "formula" }, formula)),
      detail,
      h("p", { class: "quiet" }, attempt),
    );
    large[station]?.ask();
  });

  function step(station: Station, event: KeyboardEvent): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = (order.indexOf(station) + by + order.length) % order.length;
    store.set({ station: order[next] });
    tabs[next].focus();
  }

  return {
    element: h(
      "section",
      { class: "journey", "aria-label": "The journey from sound to sound" },
      h("div", { class: "stations", role: "tablist", "aria-label": "Stations" }, ...tabs),
      unfolded,
    ),
    ask(): void {
      for (const picture of Object.values(pictures)) picture.ask();
      large[store.state.station]?.ask();
    },
  };
}

/** A small waveform: of the prompt, or of the last second that sounded. */
function peaksPicture(
  store: Store<PageState>,
  view: () => FrameView,
  part: "prompt" | "now",
  height: number,
) {
  return canvas(
    height,
    part === "prompt" ? "The prompt's waveform" : "What sounds now",
    (context, width, _, ink) => {
      const { take, frame, row } = view();
      if (!take) return;
      const rate = store.state.examples?.frameRate ?? 50;
      const promptBins = Math.round((take.prompt[0].length / rate) * peaksPerSecond);
      const now = Math.round((frame / rate) * peaksPerSecond);
      const all = take.peaks[row];
      const peaks =
        part === "prompt" ? all.slice(0, promptBins) : all.slice(Math.max(0, now - peaksPerSecond), now);
      const bins = part === "prompt" ? promptBins : peaksPerSecond;
      context.fillStyle = part === "now" && row === 0 ? ink.accent : ink.quiet;
      const tallest = Math.max(0.25, ...peaks);
      const from = bins - peaks.length;
      for (const [i, peak] of peaks.entries()) {
        const tall = Math.max(1, (peak / tallest) * (height - 4));
        context.fillRect(
          ((from + i) / bins) * width,
          (height - tall) / 2,
          Math.max(0.7, width / bins - 0.2),
          tall,
        );
      }
    },
  );
}

/** The heads' grid in small. */
function gridPicture(store: Store<PageState>, height: number) {
  const picture = canvas(height, "How well each head tells the chosen trait", (context, width) => {
    const { examples, grids, trait, hands } = store.state;
    if (!examples || !grids[trait]) return;
    const { layers, heads } = examples.shape;
    const [wide, tall] = [Math.min(16, width / heads), height / layers];
    const left = (width - wide * heads) / 2;
    const muted = new Set(hands.muted.map(({ layer, head }) => layer * heads + head));
    for (const [index, accuracy] of grids[trait].accuracy.entries()) {
      const [layer, head] = [Math.floor(index / heads), index % heads];
      context.fillStyle = muted.has(index) ? methodColour("none") : sequential((accuracy - 0.5) / 0.5);
      context.fillRect(left + head * wide, (layers - 1 - layer) * tall, wide - 1, tall - 1);
    }
  });
  store.follow(["grids", "trait", "hands", "examples"], picture.ask);
  return picture;
}
