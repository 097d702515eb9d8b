import { bestHeads } from "../../probes/defaults";
import type { ProbeSet } from "../../probes/probe";
import { ranked } from "../../probes/probe";
import type { Showable } from "../bundle";
import { elementId, escapeHtml } from "../libraries";
import { type MimeBundle, show } from "../output";
import { createWidget, type Widget } from "../widget";
import { gridTable } from "./still";

/** A head of the model. */
export interface HeadChoice {
  layer: number;
  head: number;
}

/** Heads chosen with the mouse, the keyboard or from TypeScript. */
export interface HeadPicker<Selection> extends Showable {
  /** What is selected now, the most accurate first. */
  readonly heads: Selection;
  /**
   * What is selected when "Use selection" is pressed next; shows the picker if that has not been done, and says under the
   * cell that it waits. Where no page answers (a headless run, or none within 10 s), and where nobody touches the picker
   * for `patience` seconds, it is what is selected already.
   */
  readonly selection: Promise<Selection>;
  /** Called whenever somebody changes the selection in the page. Returns how to stop. */
  onChange(listener: (heads: Selection) => void): () => void;
  /** Select from TypeScript. @throws Error on a head that has no probe, or a trait that is not shown */
  select(heads: HeadChoice[], trait?: string): void;
  /** Select the k most accurate heads of a trait (default: of each). */
  selectTop(k: number, trait?: string): void;
  readonly widget: Widget<HeadPickerState>;
}

export interface PickerCell {
  accuracy: number;
  low: number;
  high: number;
  /** Length of the probe's coefficients. */
  norm: number;
  sigma: number;
}

/** One trait as the page draws it; heads are counted layer by layer. */
export interface PickerGrid {
  trait: string;
  layers: number;
  heads: number;
  /** [layers x heads]; null without a probe */
  cells: (PickerCell | null)[];
  /** The heads with a probe, the most accurate first. */
  ranking: number[];
}

export interface HeadPickerState {
  grids: PickerGrid[];
  /** Of each grid, the selected heads. */
  selection: number[][];
}

export interface HeadPickerOptions {
  /** How many of the most accurate heads are selected at first: 16, or all when there are fewer. */
  top?: number;
  /** Seconds without a touch after which a waiting cell goes on with what is selected. Default 120. */
  patience?: number;
}

/**
 * The accuracy of every head as a grid to select heads in: click or Space turns one over, Shift-click and dragging take a
 * rectangle, a slider takes the K best; hovering tells accuracy, interval, theta's norm and sigma. Several traits stand
 * side by side, each with a selection of its own; then selections are records by trait.
 *
 *     const heads = await headPicker(probes).selection;
 *     iti(probes, { selector: byHand(heads) })
 *
 * @throws Error when there is no trait, or one twice
 */
export function headPicker(probes: ProbeSet, options?: HeadPickerOptions): HeadPicker<HeadChoice[]>;
export function headPicker(
  probes: ProbeSet[],
  options?: HeadPickerOptions,
): HeadPicker<Record<string, HeadChoice[]>>;
export function headPicker(
  probes: ProbeSet | ProbeSet[],
  { top = bestHeads, patience = 120 }: HeadPickerOptions = {},
): HeadPicker<HeadChoice[]> | HeadPicker<Record<string, HeadChoice[]>> {
  const isOne = !Array.isArray(probes);
  const grids = (isOne ? [probes] : probes).map(gridOf);
  checkTraits(grids);
  const widget = createWidget<HeadPickerState>(
    "headPicker",
    { grids, selection: grids.map(({ ranking }) => ranking.slice(0, top)) },
    still,
  );
  const read = () => {
    const all = grids.map((grid, g) => choices(grid, widget.get("selection")[g]));
    return isOne ? all[0] : Object.fromEntries(grids.map(({ trait }, g) => [trait, all[g]]));
  };
  let waiting = 0; // cells
  widget.onMessage(({ confirm }) => {
    if (confirm !== true) return;
    widget.send({ taken: widget.get("selection").map(({ length }) => length), isAwaited: waiting > 0 });
    widget.settled();
  });
  const put = (trait: string | undefined, pick: (grid: PickerGrid) => number[]) => {
    if (trait !== undefined && !grids.some((grid) => grid.trait === trait)) {
      throw new Error(
        `headPicker: expected one of ${grids.map((grid) => grid.trait).join(", ")}, found "${trait}"`,
      );
    }
    const now = widget.get("selection");
    widget.set({
      selection: grids.map((grid, g) => (trait === undefined || grid.trait === trait ? pick(grid) : now[g])),
    });
  };
  const picker = {
    widget,
    get heads() {
      return read();
    },
    get selection() {
      return answered();
    },
    onChange: (listener: (heads: never) => void) => widget.on("selection", () => listener(read() as never)),
    select: (heads: HeadChoice[], trait?: string) =>
      put(trait, (grid) => heads.map((head) => indexOf(grid, head))),
    selectTop: (k: number, trait?: string) => put(trait, ({ ranking }) => ranking.slice(0, k)),
    _repr_mimebundle_: () => widget.bundle(),
  };
  return picker as HeadPicker<HeadChoice[]>;

  async function answered() {
    widget.showOnce();
    waiting++;
    const answer = touched();
    if (await widget.seen()) {
      const note = { id: elementId() };
      const seconds = `${patience} s`;
      show(
        line(
          `waiting for "Use selection" in the head picker; goes on by itself after ${seconds} without a touch`,
        ),
        note,
      );
      const isPressed = await answer.pressed;
      const taken = `${counted(widget.get("selection"))} taken`;
      show(line(isPressed ? taken : `${taken}: nobody touched the picker for ${seconds}`), {
        ...note,
        update: true,
      });
    }
    answer.stop();
    waiting--;
    return read();
  }

  /** True once "Use selection" is pressed, false once nobody has touched anything for a while. */
  function touched(): { pressed: Promise<boolean>; stop(): void } {
    let end = (_: boolean) => {};
    const pressed = new Promise<boolean>((resolve) => {
      end = resolve;
    });
    let clock = setTimeout(end, 1000 * patience, false);
    const stops = [
      widget.onMessage(({ confirm }) => {
        if (confirm === true) end(true);
      }),
      widget.on("selection", () => {
        clearTimeout(clock);
        clock = setTimeout(end, 1000 * patience, false);
      }),
    ];
    return {
      pressed,
      stop() {
        clearTimeout(clock);
        for (const stop of stops) stop();
      },
    };
  }
}

function line(text: string): MimeBundle {
  return { "text/html": `<div style="font-size:12px">${escapeHtml(text)}</div>`, "text/plain": text };
}

function counted(selection: number[][]): string {
  const sum = selection.reduce((all, { length }) => all + length, 0);
  return `${sum} ${sum === 1 ? "head" : "heads"}`;
}

function gridOf({ trait, shape, heads }: ProbeSet): PickerGrid {
  const cells = new Array<PickerCell | null>(shape.layers * shape.heads).fill(null);
  const index = ({ layer, head }: HeadChoice) => layer * shape.heads + head;
  for (const probe of heads) {
    const { accuracy, interval, weight, sigma } = probe;
    const [low, high] = interval;
    cells[index(probe)] = { accuracy, low, high, norm: weight, sigma };
  }
  return { trait, layers: shape.layers, heads: shape.heads, cells, ranking: ranked(heads).map(index) };
}

function checkTraits(grids: PickerGrid[]): void {
  const traits = grids.map(({ trait }) => trait);
  if (traits.length === 0) throw new Error("headPicker: expected at least one probe set, found none");
  const twice = traits.find((trait, i) => traits.indexOf(trait) < i);
  if (twice !== undefined) throw new Error(`headPicker: expected each trait once, found "${twice}" twice`);
}

function choices({ ranking, heads }: PickerGrid, selected: number[]): HeadChoice[] {
  const chosen = new Set(selected);
  return ranking
    .filter((index) => chosen.has(index))
    .map((index) => ({ layer: Math.floor(index / heads), head: index % heads }));
}

function indexOf({ trait, heads, cells }: PickerGrid, { layer, head }: HeadChoice): number {
  const index = layer * heads + head;
  if (head < heads && cells[index]) return index;
  throw new Error(`headPicker: there is no probe of ${trait} at layer ${layer}, head ${head}`);
}

function still({ grids, selection }: HeadPickerState): { html: string; text: string } {
  const tables = grids.map((grid, g) => {
    const { layers, heads, cells } = grid;
    const chosen = new Set(selection[g]);
    const rows = Array.from({ length: layers }, (_, i) => layers - 1 - i).map((layer) => ({
      name: String(layer),
      cells: Array.from({ length: heads }, (_, head) => {
        const index = layer * heads + head;
        const accuracy = cells[index]?.accuracy;
        return accuracy === undefined
          ? undefined
          : {
              share: (accuracy - 0.5) / 0.5,
              text: String(Math.round(100 * accuracy)),
              isChosen: chosen.has(index),
            };
      }),
    }));
    const columns = Array.from({ length: heads }, (_, head) => String(head));
    return gridTable(
      `${grid.trait}: accuracy in %, layers (up) x heads (across); ${chosen.size} heads selected`,
      columns,
      rows,
    );
  });
  const text = grids.map(({ trait }, g) => `${trait}: ${selection[g].length} heads selected`).join("; ");
  return { html: tables.join("\n"), text: `[head picker: ${text}]` };
}
