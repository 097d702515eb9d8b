import type { EmbeddedClips } from "../../../lib/judges/embedding";
import type { FrechetDistance } from "../../../lib/judges/frechet";
import { type CellResult, settingName } from "../../../lib/sweep/cell";
import { itiMethod, type SweepMethod, smitinMethod } from "../../../lib/sweep/method";
import { type SweepSummary, summarise } from "../../../lib/sweep/summary";
import { distanceTo } from "./distance";
import type { Heard } from "./heard";
import type { Lab } from "./lab";

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
