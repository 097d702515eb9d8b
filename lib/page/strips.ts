import type { Strip } from "../live/strip";
import { h } from "../notebook/widgets/page/elements";
import { expectedSuccess } from "./measured";
import { furthest, type Method, methodOf } from "./method";
import { traitMark } from "./palette";
import type { PageState, Store } from "./state";

export interface StripActions {
  change(trait: string, settings: Partial<Strip>): void;
  /** What a method does by default, for this trait. */
  method(trait: string, method: Method): void;
  chooseTrait(trait: string): void;
}

const methods: [Method, string, string][] = [
  ["none", "None", "nothing is pushed"],
  ["iti", "ITI", "the best heads are pushed at every step"],
  ["smitin", "SMITIN", "all heads by how much they know, every fifth step, until the trait is heard"],
  ["feedback", "Feedback", "a controller pushes as hard as it needs to hold the threshold"],
];

/** A strip a trait: method, amount, heads; the rest behind a disclosure. */
export function createStrips(store: Store<PageState>, actions: StripActions): HTMLElement {
  const list = h("div", { class: "strips" });
  let drawn = new Map<string, { element: HTMLElement; put(): void }>();
  store.follow(["grids"], () => {
    const before = drawn;
    drawn = new Map();
    for (const trait of Object.keys(store.state.grids))
      drawn.set(trait, before.get(trait) ?? drawStrip(store, trait, actions));
    list.replaceChildren(...[...drawn.values()].map(({ element }) => element));
  });
  store.follow(["hands", "grids", "trait"], () => {
    for (const strip of drawn.values()) strip.put();
  });
  return list;
}

function drawStrip(store: Store<PageState>, trait: string, actions: StripActions) {
  const buttons = methods.map(([method, label, title]) =>
    h(
      "button",
      { type: "button", title, "data-method": method, onclick: () => actions.method(trait, method) },
      label,
    ),
  );
  const amount = slider(`How hard ${trait} is pushed, in standard deviations`, (alpha) =>
    actions.change(trait, { alpha }),
  );
  const shown = h("output", { class: "number" });
  const hint = h("p", { class: "quiet hint" });
  const heads = slider(`How many of the best heads are pushed for ${trait}`, (k) =>
    actions.change(trait, { topK: k, heads: undefined }),
  );
  const headsShown = h("output", { class: "number" });
  const every = slider(`Pushed every so many steps of 20 ms, ${trait}`, (steps) =>
    actions.change(trait, { every: steps }),
  );
  const everyShown = h("output", { class: "number" });
  const threshold = slider(`Threshold of ${trait}, in percent`, (percent) =>
    actions.change(trait, { threshold: percent / 100 }),
  );
  const thresholdShown = h("output", { class: "number" });
  const name = h(
    "button",
    {
      type: "button",
      class: "name",
      title: "show its probes in the grid",
      onclick: () => actions.chooseTrait(trait),
    },
    traitMark(trait),
    trait,
  );
  const row = (label: string, input: HTMLElement, value: HTMLElement) =>
    h("label", { class: "sliderRow" }, h("span", {}, label), input, value);
  const settings = h(
    "div",
    { class: "settings" },
    row("Push", amount, shown),
    hint,
    h(
      "details",
      {},
      h("summary", {}, "More"),
      row("Best heads", heads, headsShown),
      row("Every", every, everyShown),
      row("Threshold", threshold, thresholdShown),
    ),
  );
  const element = h(
    "section",
    { class: "strip", "aria-label": `Strip of ${trait}` },
    h(
      "div",
      { class: "row" },
      name,
      h("div", { class: "segments", role: "group", "aria-label": `Method for ${trait}` }, ...buttons),
    ),
    settings,
  );

  function put(): void {
    const strip = store.state.hands.strips[trait];
    const grid = store.state.grids[trait];
    if (!strip || !grid) return;
    const method = methodOf(strip);
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.method === method));
    element.dataset.method = method;
    element.classList.toggle("chosen", store.state.trait === trait);
    settings.hidden = method === "none";
    set(amount, {
      min: -furthest[method],
      max: furthest[method],
      step: method === "iti" ? 0.5 : 1,
      value: strip.alpha,
    });
    shown.textContent = `${strip.alpha > 0 ? "+" : ""}${strip.alpha} σ`;
    hint.textContent = hintOf(trait, strip, method);
    const count = grid.accuracy.length;
    set(heads, { min: 1, max: count, step: 1, value: strip.topK === "all" ? count : strip.topK });
    headsShown.textContent = strip.heads
      ? `${strip.heads.length} by hand`
      : `${strip.topK === "all" ? "all" : strip.topK}`;
    set(every, { min: 1, max: 10, step: 1, value: strip.every });
    everyShown.textContent = `${strip.every * 20} ms`;
    set(threshold, { min: 0, max: 100, step: 1, value: Math.round(100 * strip.threshold) });
    thresholdShown.textContent = `${Math.round(100 * strip.threshold)} %`;
  }
  put();
  return { element, put };
}

function hintOf(trait: string, { alpha }: Strip, method: Method): string {
  if (alpha < 0) return `Less than none: ${trait} is driven away.`;
  if (alpha === 0) return "Nothing is pushed. Move the slider to the right.";
  const success = method === "iti" || method === "smitin" ? expectedSuccess(trait, method, alpha) : undefined;
  return success === undefined
    ? `How often this brings ${trait} has not been measured.`
    : `Brings ${trait} in about ${success} of 100 takes, as measured on this model.`;
}

function slider(label: string, change: (value: number) => void): HTMLInputElement {
  const input: HTMLInputElement = h("input", {
    type: "range",
    "aria-label": label,
    oninput: () => change(Number(input.value)),
  });
  return input;
}

function set(
  input: HTMLInputElement,
  { min, max, step, value }: Record<"min" | "max" | "step" | "value", number>,
): void {
  [input.min, input.max, input.step] = [min, max, step].map(String);
  input.value = String(value);
}
