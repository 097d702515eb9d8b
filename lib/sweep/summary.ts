import { bootstrap, mean, wilson } from "../math/statistics";
import { type CellResult, type Setting, settingName } from "./cell";

/** The takes of one setting, over all prompts and seeds. Null where nothing was measured. */
export interface SweepSummary extends Setting {
  /** Takes. */
  n: number;
  /** Share of takes in which the judge hears the trait, and its 95 % Wilson interval. */
  success: number | null;
  interval: [low: number, high: number] | null;
  /** Mean similarity to the prompt, and its 95 % bootstrap interval. */
  similarity: number | null;
  similarityInterval: [low: number, high: number] | null;
  /** Share of the prompts' other traits that the judge still hears. */
  kept: number | null;
  /** Means over takes of what the monitor saw, and of the strength used. */
  monitor: number | null;
  strength: number | null;
}

/** One line a setting, in the order of their first cells. The intervals take takes as independent. */
export function summarise(results: CellResult[]): SweepSummary[] {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const name = settingName(result.cell);
    groups.set(name, [...(groups.get(name) ?? []), result]);
  }
  return [...groups.values()].map(summary);
}

function summary(takes: CellResult[]): SweepSummary {
  const { method, alpha, topK, direction, schedule } = takes[0].cell;
  const judged = takes.flatMap(({ success }) => success ?? []);
  const hits = judged.filter((success) => success).length;
  const alike = takes.flatMap(({ similarity }) => similarity ?? []);
  const spread = alike.length > 0 ? bootstrap(alike) : undefined;
  const own = total(takes.map((take) => take.own));
  const kept = total(takes.map((take) => take.kept));
  return {
    method,
    alpha,
    topK,
    direction,
    schedule,
    n: takes.length,
    success: judged.length > 0 ? hits / judged.length : null,
    interval: judged.length > 0 ? wilson(hits, judged.length) : null,
    similarity: spread?.value ?? null,
    similarityInterval: spread ? [spread.low, spread.high] : null,
    kept: own > 0 ? kept / own : null,
    monitor: meanOf(takes.map(({ monitor }) => monitor)),
    strength: meanOf(takes.map(({ strength }) => strength)),
  };
}

function total(values: (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** Mean of the numbers that are there; null when none is. */
export function meanOf(values: (number | null)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length > 0 ? mean(known) : null;
}
