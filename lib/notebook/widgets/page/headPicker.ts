import type { HeadPickerState, PickerGrid } from "../headPicker";
import { inkOn, percent, sequential } from "./colours";
import { button, h, slider } from "./elements";
import { legend, sign } from "./legend";
import { type View, widget } from "./view";

/** The head grid in the page: one table a trait, layers upward. */
export default widget<HeadPickerState>((view) => {
  const { model, el } = view;
  const grids = model.get("grids");
  const told = h("div", { class: "sm-quiet", role: "status", "aria-live": "polite" });
  const tell = (text = "point at a head: its accuracy, theta's norm and sigma") => {
    told.textContent = text;
  };
  tell();
  const columns = h("div", { class: "sm-picker" }, ...grids.map((grid, g) => drawGrid(view, grid, g, tell)));
  const done = button("Use selection", "hand the selected heads to the waiting cell (Enter)", () => {
    answer.textContent = "";
    view.command({ confirm: true });
  });
  done.className = "sm-primary";
  const answer = h("span", { class: "sm-number sm-answer", role: "status", "aria-live": "polite" });
  el.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.target as Element).tagName !== "BUTTON") done.click();
  });
  el.append(columns, told, h("div", { class: "sm-row" }, done, answer));
  view.follow("selection", () => {
    answer.textContent = "";
  });
  view.receive(({ taken, isAwaited }) => {
    const counts = taken as number[] | undefined;
    if (!counts) return;
    const parts = grids.map(({ trait }, g) => `${counts[g]} for ${trait}`).join(", ");
    const sum = counts.reduce((a, b) => a + b, 0);
    const heads = `${sum} ${sum === 1 ? "head" : "heads"}${grids.length > 1 ? ` (${parts})` : ""}`;
    answer.textContent = isAwaited
      ? `✓ ${heads} taken`
      : `✓ ${heads} selected; no cell waits for them, picker.heads has them`;
  });
});

/** @param say what is told of a head; what one may do where there is none */
function drawGrid(
  view: View<HeadPickerState>,
  grid: PickerGrid,
  g: number,
  say: (text?: string) => void,
): HTMLElement {
  const { layers, heads, cells, ranking } = grid;
  const cellOf = (index: number) => places[index];
  const places: HTMLTableCellElement[] = new Array(layers * heads);
  const size = Math.max(12, Math.min(28, Math.floor(420 / heads)));
  let anchor = ranking[0] ?? 0; // where a rectangle begins
  let isDragging = false;
  let corner = anchor;

  const table = h("table", {
    class: "sm-grid",
    role: "grid",
    "aria-multiselectable": "true",
    "aria-label": `heads, ${grid.trait}`,
    style: `--sm-cell:${size}px`,
  });
  for (let layer = layers - 1; layer >= 0; layer--) {
    const row = h("tr", {}, h("th", { scope: "row" }, String(layer)));
    for (let head = 0; head < heads; head++) {
      const cell = place(layer, head);
      places[layer * heads + head] = cell;
      row.append(cell);
    }
    table.append(row);
  }
  const every = heads > 16 ? 4 : 1;
  const names = Array.from({ length: heads }, (_, head) => h("th", {}, head % every ? "" : String(head)));
  table.append(h("tr", {}, h("th", {}), ...names));
  table.addEventListener("mouseleave", () => say());
  table.addEventListener("focusout", () => say());

  const best = slider(
    "best K",
    { min: 0, max: ranking.length, step: 1, value: selected().length },
    { change: (k) => choose(ranking.slice(0, k)) },
  );
  const count = h("span", { class: "sm-number" });
  const clear = button("Clear", "select no head", () => choose([]));
  view.follow("selection", (selection) => {
    const chosen = new Set(selection[g]);
    for (const [index, place] of places.entries())
      if (cells[index]) place.setAttribute("aria-selected", String(chosen.has(index)));
    const isTop = ranking.slice(0, chosen.size).every((index) => chosen.has(index));
    best.put(chosen.size);
    count.textContent = `${chosen.size} of ${ranking.length} heads${isTop || !chosen.size ? "" : ", by hand"}`;
  });
  places[anchor]?.setAttribute("tabindex", "0");
  document.addEventListener("mouseup", drop);
  view.onEnd(() => document.removeEventListener("mouseup", drop));
  return h(
    "section",
    {},
    h("h4", {}, `${grid.trait}: accuracy by head`),
    h(
      "div",
      { class: "sm-axes" },
      h("span", { class: "sm-upward" }, "layer"),
      h("div", { class: "sm-scroll" }, table),
      h("span", { class: "sm-across" }, "head"),
    ),
    meanings(),
    best.element,
    h("div", { class: "sm-row" }, count, clear),
  );

  function place(layer: number, head: number): HTMLTableCellElement {
    const index = layer * heads + head;
    const label = describe(index);
    const { accuracy } = cells[index] ?? {};
    const share = ((accuracy ?? 0) - 0.5) / 0.5;
    const text = accuracy !== undefined && size >= 24 ? String(Math.round(100 * accuracy)) : "";
    return h(
      "td",
      {
        role: "gridcell",
        tabindex: "-1",
        "aria-label": label,
        title: label,
        ...(accuracy === undefined
          ? { "aria-disabled": "true" }
          : { style: `background:${sequential(share)};color:${inkOn(share)}` }),
        "data-head": index,
        onmousedown: (event: MouseEvent) => press(index, event),
        onmouseover: () => pass(index),
        onfocus: () => tell(index),
        onkeydown: (event: KeyboardEvent) => key(index, event),
      },
      text,
    );
  }

  function selected(): number[] {
    return view.model.get("selection")[g];
  }

  function choose(indices: number[]): void {
    const known = [...new Set(indices)].filter((index) => cells[index]);
    const selection = view.model.get("selection").map((all, i) => (i === g ? known : all));
    view.save({ selection });
  }

  function press(index: number, event: MouseEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    focus(index);
    if (event.shiftKey) choose([...selected(), ...rectangle(anchor, index)]);
    else {
      isDragging = true;
      anchor = index;
      corner = index;
      preview();
    }
  }

  function pass(index: number): void {
    tell(index);
    if (!isDragging) return;
    corner = index;
    preview();
  }

  /** A press and release on one head turns it over; a dragged rectangle is added. */
  function drop(): void {
    if (!isDragging) return;
    isDragging = false;
    preview();
    if (corner === anchor) toggle(anchor);
    else choose([...selected(), ...rectangle(anchor, corner)]);
  }

  function toggle(index: number): void {
    if (!cells[index]) return;
    const now = selected();
    choose(now.includes(index) ? now.filter((other) => other !== index) : [...now, index]);
  }

  function preview(): void {
    const drawn = new Set(isDragging ? rectangle(anchor, corner) : []);
    for (const [index, place] of places.entries()) place.classList.toggle("sm-drawn", drawn.has(index));
  }

  function rectangle(from: number, to: number): number[] {
    const [l0, l1] = [from, to].map((i) => Math.floor(i / heads)).sort((a, b) => a - b);
    const [h0, h1] = [from, to].map((i) => i % heads).sort((a, b) => a - b);
    const inside: number[] = [];
    for (let layer = l0; layer <= l1; layer++)
      for (let head = h0; head <= h1; head++) inside.push(layer * heads + head);
    return inside;
  }

  function key(index: number, event: KeyboardEvent): void {
    const [layer, head] = [Math.floor(index / heads), index % heads];
    const targets: Record<string, [layer: number, head: number]> = {
      ArrowUp: [layer + 1, head],
      ArrowDown: [layer - 1, head],
      ArrowLeft: [layer, head - 1],
      ArrowRight: [layer, head + 1],
      Home: [event.ctrlKey ? layers - 1 : layer, 0],
      End: [event.ctrlKey ? 0 : layer, heads - 1],
    };
    const target = targets[event.key];
    if (event.key === " ") {
      anchor = index;
      toggle(index);
    } else if (target) {
      const [up, across] = target.map((at, i) => Math.max(0, Math.min([layers, heads][i] - 1, at)));
      const next = up * heads + across;
      focus(next);
      if (event.shiftKey) choose([...selected(), ...rectangle(anchor, next)]);
      else anchor = next;
    } else return;
    event.preventDefault();
  }

  function focus(index: number): void {
    for (const place of table.querySelectorAll('td[tabindex="0"]')) place.setAttribute("tabindex", "-1");
    cellOf(index).setAttribute("tabindex", "0");
    cellOf(index).focus();
  }

  function tell(index: number): void {
    say(`${grid.trait}: ${describe(index)}`);
  }

  function describe(index: number): string {
    const place = `layer ${Math.floor(index / heads)}, head ${index % heads}`;
    const cell = cells[index];
    if (!cell) return `${place}: no probe`;
    const { accuracy, low, high, norm, sigma } = cell;
    return (
      `${place}: accuracy ${percent(accuracy)} ` +
      `(95 %: ${percent(low)} to ${percent(high)}), theta norm ${norm.toFixed(2)}, sigma ${sigma.toFixed(2)}`
    );
  }
}

/** What colours mean, and the ring. */
function meanings(): HTMLElement {
  const stops = [0, 0.25, 0.5, 0.75, 1].map(sequential).join(", ");
  const scale = h("i", { class: "sm-scale", style: `background:linear-gradient(to right, ${stops})` });
  return legend(h("span", {}, "50 %", scale, "100 % accuracy"), sign("ring", "selected"));
}
