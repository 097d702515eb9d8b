import { inkOn, sequential } from "./colours";
import { h } from "./elements";

export interface AttentionGridOptions {
  layers: number;
  heads: number;
  /** Mean seconds back, layer after layer. */
  back: number[];
  choose(layer: number, head: number): void;
}

/** All heads, layers upward, lighter the further they look back; one is chosen by a click or the arrow keys. */
export function attentionGrid({ layers, heads, back, choose }: AttentionGridOptions) {
  const furthest = Math.max(...back);
  const size = Math.max(14, Math.min(26, Math.floor(260 / heads)));
  const places: HTMLTableCellElement[] = [];
  const told = h("div", { class: "sm-quiet", "aria-live": "polite" });
  const describe = (index: number) =>
    `layer ${Math.floor(index / heads)}, head ${index % heads}: ${back[index].toFixed(2)} s back on average`;
  const tell = (index: number) => {
    told.textContent = describe(index);
  };
  let chosen = 0;

  const table = h("table", {
    class: "sm-grid",
    role: "grid",
    "aria-label": "heads, by how far they look back",
    style: `--sm-cell:${size}px`,
  });
  for (let layer = layers - 1; layer >= 0; layer--) {
    const row = h("tr", {}, h("th", { scope: "row" }, String(layer)));
    for (let head = 0; head < heads; head++) {
      const index = layer * heads + head;
      const share = back[index] / (furthest || 1);
      places[index] = h("td", {
        role: "gridcell",
        tabindex: "-1",
        "aria-label": describe(index),
        style: `background:${sequential(share)};color:${inkOn(share)}`,
        onclick: () => move(index),
        onmouseover: () => tell(index),
        onmouseleave: () => tell(chosen),
        onfocus: () => tell(index),
        onkeydown: (event: KeyboardEvent) => {
          const step = { ArrowUp: heads, ArrowDown: -heads, ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (!step) return;
          event.preventDefault();
          if (places[index + step]) move(index + step);
        },
      });
      row.append(places[index]);
    }
    table.append(row);
  }
  const every = heads > 16 ? 4 : 1;
  const names = Array.from({ length: heads }, (_, head) => h("th", {}, head % every ? "" : String(head)));
  table.append(h("tr", {}, h("th", {}), ...names));

  function move(index: number): void {
    choose(Math.floor(index / heads), index % heads);
    places[index].focus();
  }

  const stops = Array.from({ length: 11 }, (_, i) => sequential(i / 10)).join(",");
  const scale = h(
    "div",
    { class: "sm-row", style: "gap:6px" },
    h("span", { class: "sm-number" }, "0 s"),
    h("span", {
      style: `background:linear-gradient(to right,${stops});flex:0 1 120px;height:8px;border-radius:4px`,
    }),
    h("span", { class: "sm-number" }, `${furthest.toFixed(1)} s back`),
  );
  return {
    element: h(
      "section",
      { style: "flex:0 1 auto" },
      h("h4", {}, "Heads: layers upward, heads across"),
      h("div", { style: "overflow-x:auto" }, table),
      scale,
      told,
    ),
    put(layer: number, head: number) {
      places[chosen].setAttribute("tabindex", "-1");
      places[chosen].removeAttribute("aria-selected");
      chosen = layer * heads + head;
      places[chosen].setAttribute("tabindex", "0");
      places[chosen].setAttribute("aria-selected", "true");
      tell(chosen);
    },
  };
}
