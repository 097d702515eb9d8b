import { bootstrap, mean } from "../../../lib/math/statistics";
import type { Lab } from "../shared/lab";
import type { ResultRow, Table } from "../shared/outcome";
import type { SettingResult } from "../shared/settings";
import { resultRow } from "./results";
import { number, percent, rate } from "./table";

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

/** A table of settings with what their takes keep; of takes of which nothing can be said, nothing. */
export function withKeeping({ columns, rows }: Table, settings: SettingResult[]): Table {
  const keepings = settings.map(({ heard }) => heard.flatMap(({ keeping }) => keeping ?? []));
  return {
    columns: [...columns, "harmony (95 %)", "tempo %", "sound %"],
    rows: rows.map((row, i) => {
      const harmony = keepings[i].flatMap((keeping) => keeping.harmony ?? []);
      const tempo = keepings[i].flatMap((keeping) => keeping.tempo ?? []);
      const { value, low, high } =
        harmony.length > 0 ? bootstrap(harmony) : { value: null, low: null, high: null };
      return [
        ...row,
        number(value, low, high, 2),
        tempo.length > 0 ? percent(mean(tempo.map(Number))) : null,
        percent(mean(keepings[i].map(({ isSound }) => Number(isSound)))),
      ];
    }),
  };
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
