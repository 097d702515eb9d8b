import { inkOn, sequential } from "../notebook/widgets/page/colours";
import { h } from "../notebook/widgets/page/elements";
import type { Head } from "../steering/ablate";
import { traitMark, traitStyle } from "./palette";
import type { PageState, Store } from "./state";

export interface HeadsActions {
  toggleMute(head: Head): void;
  solo(head: Head): void;
  toggleChosen(head: Head): void;
  chooseTrait(trait: string): void;
}

/**
 * Layers x heads: a cell's colour is how well its probe tells the chosen trait, from 50 to 100 %. What is read and pushed at the
 * playhead glows. Hovering or focusing tells what the head knows; a click mutes it, or lets it steer.
 */
export function createHeads(store: Store<PageState>, actions: HeadsActions) {
  const grid = h("div", { class: "heads", role: "grid" });
  const card = h("div", { class: "card" });
  const tabs = h("div", { class: "segments", role: "group", "aria-label": "Whose probes the grid shows" });
  const modes = h("div", { class: "segments", role: "group", "aria-label": "What a click on a head does" });
  const cells: HTMLButtonElement[] = [];

  store.follow(["examples"], build);
  store.follow(["grids", "trait"], colour);
  store.follow(["hands", "trait"], marks);
  store.follow(["head", "trait", "grids", "hands"], describe);
  store.follow(["click"], drawModes);

  return {
    element: h(
      "div",
      { class: "headsPanel" },
      h("div", { class: "row" }, tabs, modes),
      h("div", { class: "headsRow" }, h("div", {}, grid, scale()), card),
    ),
    /** What is read and pushed at a step. */
    glow(strengths: Record<string, number>): void {
      const { grids, hands } = store.state;
      const pushed = new Map<number, "iti" | "smitin">();
      const read = new Set<number>();
      for (const [trait, strength] of Object.entries(strengths)) {
        const strip = hands.strips[trait];
        if (!strip?.on || strip.alpha === 0 || !grids[trait]) continue;
        for (const head of grids[trait].watched) read.add(indexOf(head));
        if (strength === 0) continue;
        for (const index of steered(trait)) pushed.set(index, strip.method);
      }
      for (const [index, cell] of cells.entries()) {
        cell.classList.toggle("read", read.has(index));
        const method = pushed.get(index);
        if (method) cell.dataset.push = method;
        else delete cell.dataset.push;
      }
    },
  };

  function shape() {
    return store.state.examples?.shape ?? { layers: 6, heads: 8, headDim: 0 };
  }

  function indexOf({ layer, head }: Head): number {
    return layer * shape().heads + head;
  }

  /** Heads that a trait's strip pushes. */
  function steered(trait: string): number[] {
    const strip = store.state.hands.strips[trait];
    const { accuracy } = store.state.grids[trait];
    if (strip.heads) return strip.heads.map(([layer, head]) => indexOf({ layer, head }));
    const order = accuracy.map((_, index) => index).sort((a, b) => accuracy[b] - accuracy[a]);
    if (strip.topK !== "all") return order.slice(0, strip.topK);
    const [least, most] = [Math.min(...accuracy), Math.max(...accuracy)];
    return order.filter((index) => ((accuracy[index] - least) / (most - least)) ** 3 > 0.1);
  }

  function build(): void {
    const { layers, heads } = shape();
    cells.length = 0;
    grid.style.setProperty("--columns", String(heads));
    const rows: HTMLElement[] = [];
    for (let layer = layers - 1; layer >= 0; layer--) {
      const row = h(
        "div",
        { role: "row" },
        h("span", { class: "rowName", role: "rowheader" }, String(layer)),
      );
      for (let head = 0; head < heads; head++) {
        const cell = cellOf({ layer, head });
        cells[layer * heads + head] = cell;
        row.append(cell);
      }
      rows.push(row);
    }
    const names = Array.from({ length: heads }, (_, head) =>
      h("span", { class: "columnName" }, String(head)),
    );
    grid.replaceChildren(...rows, h("div", { class: "names", "aria-hidden": "true" }, h("span"), ...names));
    grid.setAttribute("aria-label", `${layers} layers of ${heads} heads, layer 0 at the bottom`);
    if (cells[0]) cells[indexOf({ layer: layers - 1, head: 0 })].tabIndex = 0;
    if (store.state.examples) colour();
  }

  function cellOf(place: Head): HTMLButtonElement {
    const look = () => store.set({ head: place });
    return h("button", {
      type: "button",
      role: "gridcell",
      tabindex: -1,
      onmouseenter: look,
      onfocus: look,
      onclick: () => (store.state.click === "mute" ? actions.toggleMute(place) : actions.toggleChosen(place)),
      onkeydown: (event: KeyboardEvent) => move(place, event),
    });
  }

  function move({ layer, head }: Head, event: KeyboardEvent): void {
    const { layers, heads } = shape();
    const steps: Record<string, [number, number]> = {
      ArrowUp: [1, 0],
      ArrowDown: [-1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const [up, across] = steps[event.key] ?? [];
    if (up === undefined || across === undefined) return;
    event.preventDefault();
    const to = {
      layer: Math.max(0, Math.min(layers - 1, layer + up)),
      head: Math.max(0, Math.min(heads - 1, head + across)),
    };
    for (const cell of cells) cell.tabIndex = -1;
    cells[indexOf(to)].tabIndex = 0;
    cells[indexOf(to)].focus();
  }

  function colour(): void {
    const { grids, trait, examples } = store.state;
    const { accuracy = [] } = grids[trait] ?? {};
    marks();
    for (const [index, cell] of cells.entries()) {
      const share = ((accuracy[index] ?? 0.5) - 0.5) / 0.5;
      cell.style.setProperty("--value", examples ? sequential(share) : "");
      cell.style.setProperty("--ink", inkOn(share));
      cell.textContent = accuracy[index] === undefined ? "" : String(Math.round(100 * accuracy[index]));
    }
    tabs.replaceChildren(
      ...Object.keys(grids).map((each) =>
        h(
          "button",
          {
            type: "button",
            "aria-pressed": String(each === trait),
            onclick: () => actions.chooseTrait(each),
          },
          traitMark(each),
          each,
        ),
      ),
    );
  }

  function nameOf(index: number): string {
    const { grids, trait } = store.state;
    const { heads } = shape();
    const accuracy = grids[trait]?.accuracy[index];
    const place = `layer ${Math.floor(index / heads)}, head ${index % heads}`;
    return accuracy === undefined
      ? place
      : `${place}: tells ${trait} in ${Math.round(100 * accuracy)} of 100 clips`;
  }

  function marks(): void {
    const { hands, trait } = store.state;
    const muted = new Set(hands.muted.map(indexOf));
    const chosen = new Set(hands.strips[trait]?.heads?.map(([layer, head]) => indexOf({ layer, head })));
    for (const [index, cell] of cells.entries()) {
      cell.classList.toggle("muted", muted.has(index));
      cell.classList.toggle("chosen", chosen.has(index));
      cell.setAttribute("aria-label", `${nameOf(index)}${muted.has(index) ? ", muted" : ""}`);
    }
  }

  function drawModes(): void {
    const mode = (click: PageState["click"], label: string) =>
      h(
        "button",
        {
          type: "button",
          "aria-pressed": String(store.state.click === click),
          onclick: () => store.set({ click }),
        },
        label,
      );
    modes.replaceChildren(mode("mute", "Click mutes"), mode("choose", "Click steers with it"));
  }

  function describe(): void {
    const { head, grids, trait, hands, examples } = store.state;
    if (!head || !examples) {
      card.replaceChildren(
        h(
          "p",
          { class: "quiet" },
          "Point at a head, or move to it with the arrow keys: here stands what it knows.",
        ),
      );
      return;
    }
    const index = indexOf(head);
    const isMuted = hands.muted.some((each) => indexOf(each) === index);
    const isAlone = hands.muted.length === cells.length - 1 && !isMuted;
    card.replaceChildren(
      h("h3", {}, `Layer ${head.layer}, head ${head.head}`),
      h("p", { class: "quiet" }, "How often its probe is right; 50 % is chance."),
      ...Object.values(grids).map((each) =>
        bar(each.trait, each.accuracy[index], each.low[index], each.high[index], each.trait === trait),
      ),
      h(
        "div",
        { class: "row" },
        h(
          "button",
          { type: "button", "aria-pressed": String(isMuted), onclick: () => actions.toggleMute(head) },
          isMuted ? "Unmute" : "Mute",
        ),
        h(
          "button",
          { type: "button", "aria-pressed": String(isAlone), onclick: () => actions.solo(head) },
          isAlone ? "Let all play" : "Solo",
        ),
      ),
    );
  }
}

/** One trait's accuracy with its 95 % interval, on an axis from 50 to 100 %. */
function bar(trait: string, accuracy: number, low: number, high: number, isChosen: boolean): HTMLElement {
  const at = (share: number) => `${Math.max(0, Math.min(100, 200 * (share - 0.5)))}%`;
  const { light, dark } = traitStyle(trait);
  return h(
    "div",
    { class: `bar${isChosen ? " chosen" : ""}`, style: `--hue:light-dark(${light}, ${dark})` },
    h("span", {}, traitMark(trait), trait),
    h(
      "span",
      { class: "track" },
      h("i", { style: `width:${at(accuracy)}` }),
      h("b", { style: `left:${at(low)};right:calc(100% - ${at(high)})` }),
    ),
    h(
      "span",
      { class: "number", title: `95 % interval: ${percent(low)} to ${percent(high)}` },
      percent(accuracy),
    ),
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** What the colours mean. */
function scale(): HTMLElement {
  const stops = [0, 0.25, 0.5, 0.75, 1].map(sequential).join(", ");
  return h(
    "div",
    { class: "scale", "aria-hidden": "true" },
    h("span", {}, "50 %"),
    h("i", { style: `background:linear-gradient(90deg, ${stops})` }),
    h("span", {}, "100 % of clips told right"),
    h("span", { class: "ring" }, "read by the monitor"),
    h("span", { class: "ring pushed" }, "pushed now"),
  );
}
