import type { EmbeddedClips } from "../../../lib/judges/embedding";
import type { FrechetDistance } from "../../../lib/judges/frechet";
import { type CellResult, settingName } from "../../../lib/sweep/cell";
import { itiMethod, type SweepMethod, smitinMethod } from "../../../lib/sweep/method";
import { type SweepSummary, summarise } from "../../../lib/sweep/summary";
import { resultRow } from "../report/results";
import { number, rate, type Table } from "../report/table";
import { distanceTo } from "./distance";
import type { Heard } from "./heard";
import type { Lab, ResultRow } from "./lab";

/** ITI and SMITIN with the paper's constants, under the names that figures and results have. */
export const methods: SweepMethod[] = [itiMethod({}, "ITI"), smitinMethod({}, "SMITIN")];

/** One setting of an experiment on one trait: its takes, in the order of prompts, and their sums. */
export interface SettingResult {
  trait: string;
  summary: SweepSummary;
  cells: CellResult[];
  heard: Heard[];
  /** Null without a reference, or for fewer than two takes. */
  fad: FrechetDistance | null;
}

/**
 * The settings of a sweep, in the order of their first cells.
 * @param reference what Frechet distances are taken to; without one there are none
 * @param rename another name for the method, as for the reference of a sweep with texts
 */
export function settingsOf(
  lab: Lab,
  { trait, cells, heard }: { trait: string; cells: CellResult[]; heard: Map<string, Heard> },
  reference: EmbeddedClips | undefined,
  rename: (method: string) => string = (method) => method,
): SettingResult[] {
  const groups = new Map<string, CellResult[]>();
  for (const cell of cells) {
    const name = settingName(cell.cell);
    groups.set(name, [...(groups.get(name) ?? []), cell]);
  }
  return [...groups].map(([name, own]) => {
    const [summary] = summarise(own);
    const heardOwn = own.map(({ key }) => heard.get(key)!);
    return {
      trait,
      summary: { ...summary, method: rename(summary.method) },
      cells: own,
      heard: heardOwn,
      fad: reference ? distanceTo(lab, reference, `${trait}: ${name}`, heardOwn) : null,
    };
  });
}

/** A setting's row of results.json. */
export function resultOf(lab: Lab, experiment: string, { trait, summary, fad }: SettingResult): ResultRow {
  const { method, alpha, topK, direction, n, success, interval, similarity, kept } = summary;
  const [low, high] = interval ?? [null, null];
  const about = { experiment, trait, method, alpha, topK, direction, n };
  return resultRow(lab, { ...about, success, low, high, fad: fad?.value ?? null, similarity, kept });
}

/** Settings as a table beside the paper's numbers. */
export function settingsTable(
  settings: SettingResult[],
  paperOf: (setting: SettingResult) => string | number | null = () => null,
): Table {
  const columns = [
    "trait",
    "method",
    "alpha",
    "K",
    "direction",
    "n",
    "success % (95 %)",
    "FAD (95 %)",
    "similarity (95 %)",
    "kept %",
    "paper",
  ];
  const rows = settings.map((setting) => {
    const { trait, summary, fad } = setting;
    const { method, alpha, topK, direction, n, success, interval, similarity, similarityInterval } = summary;
    const kept = summary.kept === null ? "" : rate(summary.kept, null, null);
    return [
      trait,
      method,
      alpha,
      topK,
      direction,
      n,
      rate(success, interval?.[0] ?? null, interval?.[1] ?? null),
      number(fad?.value ?? null, fad?.low, fad?.high),
      number(similarity, similarityInterval?.[0], similarityInterval?.[1]),
      kept,
      paperOf(setting),
    ];
  });
  const isUsed = columns.map((_, column) => rows.some((row) => row[column] !== null && row[column] !== ""));
  const used = <Item>(list: Item[]) => list.filter((_, column) => isUsed[column]);
  return { columns: used(columns), rows: rows.map(used) };
}

/** What the settings' Frechet distances depend on, for a reader; nothing where there are none. */
export function distanceNotes({ judge }: Lab, settings: SettingResult[]): string[] {
  const distances = settings.flatMap(({ fad }) => fad ?? []);
  if (distances.length === 0) return [];
  const { embedding, dimension, resamples } = distances[0];
  const references = [...new Set(distances.map(({ reference }) => reference))].join("; ");
  const shrunk = distances.flatMap(({ shrinkage }) => shrinkage).map((share) => 100 * share);
  const network = judge.isBundled ? "; the same network decides about success" : "";
  return [
    `FAD is the Frechet distance of normal distributions over windows of ${embedding} (${dimension} dimensions${network}), to ${references}. Covariances are shrunk by Ledoit and Wolf's estimate, here ${Math.min(...shrunk).toFixed(1)} to ` +
      `${Math.max(...shrunk).toFixed(1)} %; intervals are bootstraps over takes (${resamples} draws), with the reference as given.`,
  ];
}

/** "20", or "12 to 20": how many takes the settings have. */
export function takesOf(settings: SettingResult[]): string {
  const counts = settings.map(({ summary }) => summary.n);
  return [...new Set([Math.min(...counts), Math.max(...counts)])].join(" to ");
}

/** Takes of one method and alpha over all traits, in one order for every setting: case i is the same prompt. */
export function pooled(settings: SettingResult[], method: string, alpha: number | null): SettingResult[] {
  return settings.filter(({ summary }) => summary.method === method && summary.alpha === alpha);
}

/** Numbers of heads that the model has; each once. */
export function headCounts({ model }: Lab, asked: (number | "all")[]): (number | "all")[] {
  const available = model.layers * model.heads;
  const possible = asked.filter((k) => k === "all" || k < available);
  return [...new Set(possible)];
}
