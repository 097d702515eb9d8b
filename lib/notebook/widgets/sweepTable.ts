import { type Audio, duration } from "../../audio/audio";
import { encodeWav } from "../../audio/wav";
import { methodName } from "../../figures/sweepSeries";
import type { MusicGen } from "../../model/musicgen";
import type { CellResult, Setting } from "../../sweep/cell";
import type { SweepSummary } from "../../sweep/summary";
import { cellAudio, type Sweep } from "../../sweep/sweep";
import type { Showable } from "../bundle";
import { addListener } from "../listeners";
import { createWidget, type Widget } from "../widget";
import { hundredths, wholePercent } from "./shares";
import { gridTable } from "./still";

/** One alpha and K of a sweep in the page. */
export interface TableCell {
  n: number;
  success: number | null;
  interval: [low: number, high: number] | null;
  similarity: number | null;
  kept: number | null;
  /** Of each of `takes`, the sweep's cell; -1 where there is none. */
  sounds: number[];
}

/** All alphas and K of one method, direction and schedule. */
export interface TableGroup {
  name: string;
  alphas: number[];
  /** In words, as `sweepMap` names and orders them, from the top: "K 4", "all heads". */
  ks: string[];
  /** [K][alpha] */
  cells: (TableCell | null)[][];
}

export interface SweepTableState {
  trait: string;
  groups: TableGroup[];
  /** What nothing steered. */
  reference: TableCell | null;
  /** Prompt and seed of the takes to hear, in words. */
  takes: string[];
  told: string;
}

export interface SweepTable extends Showable {
  /** Called with the cell of every take that somebody asks to hear. Returns how to stop. */
  onHear(listener: (cell: CellResult) => void): () => void;
  readonly widget: Widget<SweepTableState>;
}

/**
 * A sweep to listen to: heat maps of success and of coherence over alpha (across) and K (down, as `sweepMap` has it), one
 * pair a method. A click on a cell plays a take of it (A), a click on a second one puts that beside it (B): waveform and
 * spectrogram, cursors linked. Prompt and seed are chosen above; "unsteered" is the reference.
 * @param model to make the sound of a take from its tokens: the sweep's own
 * @throws Error on a sweep without cells
 */
export function sweepTable(sweep: Sweep, model: MusicGen): SweepTable {
  const { trait, cells, summary } = sweep;
  if (cells.length === 0) throw new Error("sweepTable: expected a sweep with cells, found none");
  const takes = [...new Set(cells.map(({ cell }) => takeName(cell)))];
  const steered = summary.filter(({ method }) => method !== "none");
  const groups = [...new Set(steered.map(groupName))].map((name) => groupOf(name, steered, cells, takes));
  const none = summary.find(({ method }) => method === "none");
  const widget = createWidget<SweepTableState>(
    "sweepTable",
    { trait, groups, reference: none ? tableCell(none, cells, takes) : null, takes, told: "" },
    still,
  );
  const listeners = new Set<(cell: CellResult) => void>();
  const known = new Map<number, Audio>();
  widget.onMessage(({ hear }) => {
    if (typeof hear !== "number" || !cells[hear]) return;
    try {
      const audio = known.get(hear) ?? cellAudio(model, cells[hear]);
      known.set(hear, audio);
      const prompt = cells[hear].promptFrames / model.frameRate;
      const about = { heard: hear, rate: audio.sampleRate, seconds: duration(audio), prompt };
      widget.send(about, [encodeWav(audio)]);
    } catch (error) {
      widget.set({ told: (error as Error).message });
    }
    for (const listener of [...listeners]) listener(cells[hear]);
  });
  return {
    widget,
    onHear: (listener) => addListener(listeners, listener),
    _repr_mimebundle_: () => widget.bundle(),
  };
}

function takeName({ prompt, seed }: { prompt: string; seed: number }): string {
  return `${/^\d+$/.test(prompt) ? `prompt ${prompt}` : prompt}, seed ${seed}`;
}

function groupName({ method, direction, schedule }: Setting): string {
  const parts = [direction !== "probe" && direction, schedule !== "own" && `schedule ${schedule}`];
  return [methodName(method), ...parts.filter(Boolean)].join(", ");
}

function kName(k: Setting["topK"]): string {
  if (k === null) return "";
  return k === "all" ? "all heads" : `K ${k}`;
}

function groupOf(name: string, summary: SweepSummary[], cells: CellResult[], takes: string[]): TableGroup {
  const own = summary.filter((setting) => groupName(setting) === name);
  const alphas = [...new Set(own.map(({ alpha }) => alpha ?? 0))].sort((a, b) => a - b);
  const ks = [...new Set(own.map(({ topK }) => kName(topK)))];
  return {
    name,
    alphas,
    ks,
    cells: ks.map((k) =>
      alphas.map((alpha) => {
        const setting = own.find((one) => kName(one.topK) === k && one.alpha === alpha);
        return setting ? tableCell(setting, cells, takes) : null;
      }),
    ),
  };
}

function tableCell(setting: SweepSummary, cells: CellResult[], takes: string[]): TableCell {
  const { n, success, interval, similarity, kept, method, alpha, topK, direction, schedule } = setting;
  const sounds = takes.map((take) =>
    cells.findIndex(
      ({ cell }) =>
        cell.method === method &&
        cell.alpha === alpha &&
        cell.topK === topK &&
        cell.direction === direction &&
        cell.schedule === schedule &&
        takeName(cell) === take,
    ),
  );
  return { n, success, interval, similarity, kept, sounds };
}

function still({ trait, groups, reference }: SweepTableState): { html: string; text: string } {
  const measures = [
    { key: "success", title: `success for ${trait}, %`, say: wholePercent },
    { key: "similarity", title: "similarity to the prompt, 0 to 1", say: hundredths },
  ] as const;
  const unsteered = (key: "success" | "similarity", say: (value: number) => string) => {
    const value = reference?.[key] ?? null;
    return value === null ? "" : `; unsteered ${say(value)}`;
  };
  const tables = groups.flatMap(({ name, alphas, ks, cells }) =>
    measures.map(({ key, title, say }) =>
      gridTable(
        `${name}: ${title}, heads x alpha${unsteered(key, say)}`,
        alphas.map(String),
        ks.map((k, row) => ({
          name: k,
          cells: cells[row].map((cell) => {
            const value = cell?.[key];
            return value === null || value === undefined ? undefined : { share: value, text: say(value) };
          }),
        })),
      ),
    ),
  );
  const lines = groups.map(({ name, alphas, ks }) => `${name}: ${alphas.length} alphas x ${ks.length} K`);
  return { html: tables.join("\n"), text: `[sweep for ${trait}: ${lines.join("; ")}]` };
}
