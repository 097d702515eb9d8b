import type { SweepTableState, TableCell, TableGroup } from "../sweepTable";
import { inkOn, percent, sequential } from "./colours";
import { button, h } from "./elements";
import { createPlayers } from "./players";
import { library, type View, widget } from "./view";

type Measure = "success" | "similarity";

/** The sweep in the page: a pair of heat maps a method, two players below. */
export default widget<SweepTableState>((view) => {
  const { model, el } = view;
  const takes = model.get("takes");
  const places: { cell: TableCell; name: string; tds: HTMLTableCellElement[] }[] = [];
  const slots: (number | undefined)[] = [undefined, undefined]; // places that are heard
  let next = 0; // slot that the next cell takes
  let takeIndex = 0;

  const told = h("span", { class: "sm-quiet", role: "status", "aria-live": "polite" });
  const select: HTMLSelectElement = h(
    "select",
    { "aria-label": "prompt and seed", onchange: () => change(select.selectedIndex) },
    ...takes.map((name) => h("option", {}, name)),
  );
  const players = createPlayers(library(view as View<object>, "wavesurfer"), (index) =>
    view.send({ hear: index }),
  );
  view.onEnd(players.close);
  view.keys({ x: players.swap });
  view.receive((content, buffers) => {
    if (typeof content.heard === "number")
      players.put(content.heard, buffers[0], Number(content.rate), Number(content.prompt));
  });

  const reference = model.get("reference");
  const unsteered = button("Unsteered", "hear the take that nothing steered", () => hear(0));
  if (reference) places.push({ cell: reference, name: "unsteered", tds: [] });
  else unsteered.disabled = true;
  const maps = model.get("groups").map((group) => drawGroup(group));
  el.append(
    h(
      "div",
      { class: "sm-row" },
      h("label", { class: "sm-choice" }, h("span", {}, "take"), select),
      unsteered,
      told,
    ),
    ...maps,
    players.element,
  );
  view.follow("told", (text) => {
    told.textContent = text || "click a cell to hear it, a second one to compare";
  });

  function drawGroup(group: TableGroup): HTMLElement {
    const { name, alphas, ks, cells } = group;
    const columns = (["success", "similarity"] as const).filter((measure) =>
      cells.some((row) => row.some((cell) => cell?.[measure] != null)),
    );
    const tables = columns.map((measure) => {
      const table = h("table", { class: "sm-grid", role: "grid", "aria-label": `${name}: ${measure}` });
      return { measure, table };
    });
    for (let row = ks.length - 1; row >= 0; row--) {
      const lines = tables.map(({ table }) => {
        const line = h("tr", {}, h("th", { scope: "row" }, `K ${ks[row]}`));
        table.append(line);
        return line;
      });
      for (const [column, cell] of cells[row].entries()) {
        const where = `${name}, alpha ${alphas[column]}, K ${ks[row]}`;
        const place = cell ? places.push({ cell, name: where, tds: [] }) - 1 : -1;
        for (const [i, line] of lines.entries()) line.append(drawCell(cell, columns[i], place, where));
      }
    }
    for (const { table } of tables)
      table.append(h("tr", {}, h("th", {}), ...alphas.map((a) => h("th", {}, `α ${a}`))));
    return h(
      "section",
      { class: "sm-columns", style: "margin-top:8px" },
      ...tables.map(({ measure, table }) => {
        const title =
          measure === "success"
            ? `${name}: success (${model.get("trait")})`
            : `${name}: similarity to the prompt`;
        return h("div", {}, h("h4", {}, title), h("div", { style: "overflow-x:auto" }, table));
      }),
    );
  }

  function drawCell(
    cell: TableCell | null,
    measure: Measure,
    place: number,
    where: string,
  ): HTMLTableCellElement {
    const value = cell?.[measure];
    if (!cell || value == null) return h("td", {});
    const label = `${where}: ${describe(cell)}`;
    const td: HTMLTableCellElement = h(
      "td",
      {
        role: "gridcell",
        tabindex: "0",
        title: label,
        "aria-label": label,
        "data-place": place,
        style: `--sm-cell:34px;background:${sequential(value)};color:${inkOn(value)}`,
        onclick: () => hear(place),
        onkeydown: (event: KeyboardEvent) => key(td, event),
        onfocus: () => {
          told.textContent = label;
        },
        onmouseover: () => {
          told.textContent = label;
        },
      },
      String(Math.round(100 * value)),
    );
    places[place].tds.push(td);
    return td;
  }

  /** Put a cell into the next slot; one that is there already is played. */
  function hear(place: number): void {
    const there = slots.indexOf(place);
    if (there >= 0) {
      players.play(there);
      return;
    }
    slots[next] = place;
    show(next, true);
    next = 1 - next;
    mark();
  }

  function change(index: number): void {
    takeIndex = index;
    for (const slot of slots.keys()) if (slots[slot] !== undefined) show(slot, false);
  }

  function show(slot: number, isPlayed: boolean): void {
    const { cell, name } = places[slots[slot]!];
    const sound = cell.sounds[takeIndex];
    if (sound < 0) told.textContent = `${name}: there is no take of ${takes[takeIndex]}`;
    else players.show(slot, sound, `${"AB"[slot]}: ${name}`, isPlayed);
  }

  function mark(): void {
    for (const [i, { tds }] of places.entries())
      for (const td of tds) td.setAttribute("aria-selected", String(slots.includes(i)));
    unsteered.setAttribute("aria-pressed", String(reference !== null && slots.includes(0)));
  }

  function key(td: HTMLTableCellElement, event: KeyboardEvent): void {
    if (event.key === "Enter" || event.key === " ") {
      td.click();
      event.preventDefault();
      return;
    }
    const line = td.parentElement as HTMLTableRowElement;
    const targets: Record<string, Element | null | undefined> = {
      ArrowLeft: td.previousElementSibling,
      ArrowRight: td.nextElementSibling,
      ArrowUp: line.previousElementSibling?.children[td.cellIndex],
      ArrowDown: line.nextElementSibling?.children[td.cellIndex],
    };
    const target = targets[event.key];
    if (!(target instanceof HTMLElement) || target.tabIndex < 0) return;
    target.focus();
    event.preventDefault();
  }
});

function describe({ success, interval, similarity, kept, n }: TableCell): string {
  const parts = [
    success === null
      ? undefined
      : `success ${percent(success)}${interval ? ` (95 %: ${percent(interval[0])} to ${percent(interval[1])})` : ""}`,
    similarity === null ? undefined : `similarity ${similarity.toFixed(2)}`,
    kept === null ? undefined : `other stems kept ${percent(kept)}`,
    `n = ${n}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
