import { type CellResult, settingName } from "../../sweep/cell";
import type { SweepSummary } from "../../sweep/summary";
import type { Sweep } from "../../sweep/sweep";
import { count, isListOf, type Summary, type SummaryKind, summaryKind } from "./summary";

/** Settings of a sweep that are shown. */
const most = 12;

const sweepKind = summaryKind<Sweep>(
  "sweeps",
  ({ trait, cells, summary }) => typeof trait === "string" && Array.isArray(cells) && Array.isArray(summary),
  ({ trait, cells, summary }): Summary => {
    const of = (name: "prompt" | "seed") => new Set(cells.map(({ cell }) => cell[name])).size;
    const more = summary.length - most;
    return {
      title: `Sweep for ${trait}: ${count(cells.length, "take")} of ${count(summary.length, "setting")}`,
      facts: [
        ["on", `${count(of("prompt"), "prompt")}, ${count(of("seed"), "seed")}`],
        ...(more > 0 ? [["shown", `the first ${most} settings`] as [string, string]] : []),
      ],
      table: settingsTable(summary.slice(0, most)),
      next: ["sweepMap(sweep)", "sweepLines(sweep)", "sweepTable(sweep, model)"],
    };
  },
);

const settingsKind = summaryKind<SweepSummary[]>(
  "lists of settings",
  (value) => isListOf<SweepSummary>(value, (one) => isSetting(one) && "similarityInterval" in one),
  (summary) => ({
    title: `${count(summary.length, "setting")} of a sweep${summary.length > most ? `, the first ${most}` : ""}`,
    table: settingsTable(summary.slice(0, most)),
    next: ["sweepMap(sweep)", "new DataFrame(sweep.summary)"],
  }),
);

const cellKind = summaryKind<CellResult>(
  "cells of a sweep",
  ({ key, cell, tokens, promptFrames }) =>
    typeof key === "string" && isSetting(cell ?? {}) && Array.isArray(tokens) && promptFrames !== undefined,
  ({ cell, success, similarity, monitor, tokens, promptFrames }): Summary => ({
    title: `Cell of a sweep: ${settingName(cell)}`,
    facts: [
      ["on", `prompt ${cell.prompt}, seed ${cell.seed}`],
      ["trait heard", success === null ? "nobody judged" : success ? "yes" : "no"],
      ["similarity", similarity === null ? "not measured" : similarity.toFixed(2)],
      ...(monitor === null ? [] : [["mean C", monitor.toFixed(2)] as [string, string]]),
      ["tokens", `${count(promptFrames, "frame")} of prompt and ${tokens[0].length - promptFrames} new ones`],
    ],
    next: ["listen(cellAudio(model, cell))"],
  }),
);

export const sweepKinds: SummaryKind[] = [sweepKind, settingsKind, cellKind];

function isSetting(value: Partial<SweepSummary>): boolean {
  return typeof value?.method === "string" && "alpha" in value && "topK" in value;
}

function settingsTable(summary: SweepSummary[]): Summary["table"] {
  const between = ([low, high]: [number, number], digits: number) =>
    `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  const inPercent = ([low, high]: [number, number]): [number, number] => [100 * low, 100 * high];
  return {
    columns: ["method", "alpha", "K", "n", "success in % (95 %)", "similarity (95 %)"],
    rows: summary.map(({ method, alpha, topK, n, success, interval, similarity, similarityInterval }) => [
      method,
      alpha,
      topK === null ? null : String(topK),
      n,
      success === null
        ? ""
        : `${(100 * success).toFixed(0)}${interval ? ` (${between(inPercent(interval), 0)})` : ""}`,
      similarity === null
        ? ""
        : `${similarity.toFixed(2)}${similarityInterval ? ` (${between(similarityInterval, 2)})` : ""}`,
    ]),
  };
}
