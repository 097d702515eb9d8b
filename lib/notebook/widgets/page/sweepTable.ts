import { hundredths, wholePercent } from "../shares";
import type { SweepTableState, TableCell, TableGroup } from "../sweepTable";
import { inkOn, percent, sequential } from "./colours";
import { button, h } from "./elements";
import { library, type View, widget } from "./view";
import { createWaveList } from "./waveList";
import type { WaveSound } from "./wavePlayer";

const measures = {
  success: { title: (trait: string) => `success for ${trait}, %`, say: wholePercent },
  similarity: { title: () => "similarity to the prompt, 0 to 1", say: hundredths },
};
type Measure = keyof typeof measures;

const letters = ["A", "B"];

/** The sweep in the page: a pair of heat maps a method, two players below. */
export default widget<SweepTableState>((view) => {
  const { model, el } = view;
  const takes = model.get("takes");
  const places: { cell: TableCell; name: string; tds: HTMLTableCellElement[] }[] = [];
  const slots: (number | undefined)[] = [undefined, undefined]; // places that are heard
  const wanted: ({ sound: number; name: string; isPlayed: boolean } | undefined)[] = [undefined, undefined];
  const known = new Map<number, Omit<WaveSound, "name">>();
  let next = 0; // slot that the next cell takes
  let takeIndex = 0;

  const told = h("div", { class: "sm-quiet", role: "status", "aria-live": "polite" });
  const select: HTMLSelectElement = h(
    "select",
    { "aria-label": "prompt and seed", onchange: () => change(select.selectedIndex) },
    ...takes.map((name) => h("option", {}, name)),
  );
  const players = createWaveList(library(view as View<object>, "wavesurfer"), {
    count: letters.length,
    height: 56,
    badges: letters,
    isLinked: true,
  });
  view.onEnd(players.close);
  view.keys({ x: players.swap });
  view.receive((content, [wav]) => {
    if (typeof content.heard !== "number") return;
    const bytes = new Uint8Array(wav.byteLength);
    bytes.set(new Uint8Array(wav.buffer, wav.byteOffset, wav.byteLength));
    known.set(content.heard, {
      blob: new Blob([bytes], { type: "audio/wav" }),
      seconds: Number(content.seconds),
      rate: Number(content.rate),
      prompt: Number(content.prompt),
    });
    for (const slot of slots.keys()) if (wanted[slot]?.sound === content.heard) put(slot);
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
    ),
    ...maps,
    told, // below: its words may come and go without moving what is pointed at
    players.element,
  );
  view.follow("told", () => tell());

  function tell(text?: string): void {
    told.textContent =
      text ?? (model.get("told") || "click a cell to hear it (A), a second one to compare (B)");
  }

  function drawGroup(group: TableGroup): HTMLElement {
    const { name, alphas, ks, cells } = group;
    const columns = (["success", "similarity"] as const).filter((measure) =>
      cells.some((row) => row.some((cell) => cell?.[measure] != null)),
    );
    const tables = columns.map((measure) => {
      const table = h("table", { class: "sm-grid", role: "grid", "aria-label": `${name}: ${measure}` });
      table.addEventListener("mouseleave", () => tell());
      table.addEventListener("focusout", () => tell());
      return { measure, table };
    });
    for (const [row, k] of ks.entries()) {
      const lines = tables.map(({ table }) => {
        const line = h("tr", {}, h("th", { scope: "row" }, k));
        table.append(line);
        return line;
      });
      for (const [column, cell] of cells[row].entries()) {
        const where = [name, `alpha ${alphas[column]}`, k].filter(Boolean).join(", ");
        const place = cell ? places.push({ cell, name: where, tds: [] }) - 1 : -1;
        for (const [i, line] of lines.entries()) line.append(drawCell(cell, columns[i], place, where));
      }
    }
    for (const { table } of tables)
      table.append(h("tr", {}, h("th", {}, "alpha"), ...alphas.map((a) => h("th", {}, String(a)))));
    return h(
      "section",
      { class: "sm-columns" },
      ...tables.map(({ measure, table }) =>
        h(
          "div",
          {},
          h("h4", {}, `${name}: ${measures[measure].title(model.get("trait"))}`),
          h("div", { class: "sm-scroll" }, table),
        ),
      ),
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
        style: `--sm-cell:36px;background:${sequential(value)};color:${inkOn(value)}`,
        onclick: () => hear(place),
        onkeydown: (event: KeyboardEvent) => key(td, event),
        onfocus: () => tell(label),
        onmouseover: () => tell(label),
      },
      measures[measure].say(value),
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
    if (sound < 0) {
      tell(`${name}: there is no take of ${takes[takeIndex]}`);
      return;
    }
    wanted[slot] = { sound, name: `${name}; ${takes[takeIndex]}`, isPlayed };
    if (known.has(sound)) put(slot);
    else view.send({ hear: sound });
  }

  function put(slot: number): void {
    const { sound, name, isPlayed } = wanted[slot]!;
    wanted[slot] = { sound, name, isPlayed: false };
    void players.put(slot, { ...known.get(sound)!, name }, isPlayed);
  }

  function mark(): void {
    for (const [i, { tds }] of places.entries()) {
      const slot = slots.indexOf(i);
      for (const td of tds) {
        td.setAttribute("aria-selected", String(slot >= 0));
        letter(td, slot);
      }
    }
    const slot = reference ? slots.indexOf(0) : -1;
    unsteered.setAttribute("aria-pressed", String(slot >= 0));
    letter(unsteered, slot);
  }

  function letter(element: HTMLElement, slot: number): void {
    if (slot >= 0) element.dataset.slot = letters[slot];
    else delete element.dataset.slot;
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
    similarity === null ? undefined : `similarity ${hundredths(similarity)}`,
    kept === null ? undefined : `other stems kept ${percent(kept)}`,
    `n = ${n}`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
