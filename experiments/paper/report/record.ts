import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describeData } from "../../../lib/disk/openData";
import { writeWav } from "../../../lib/disk/soundFile";
import { writeAtomically } from "../../../lib/disk/writeAtomically";
import { currentEngine } from "../../../lib/engine";
import { figureHtml } from "../../../lib/figures/page";
import { saveFigure } from "../../../lib/stills/saveFigure";
import { figureSvg } from "../../../lib/stills/still";
import type { Experiment, Lab } from "../shared/lab";
import type { Finding, Outcome, ResultRow, Table } from "../shared/outcome";
import { holds } from "./findings";
import { type Peaks, peaksOf } from "./players";
import { pngOf } from "./png";
import { checkResults } from "./results";
import { number, points, toMarkdown } from "./table";

/** An experiment's outcome as it lies in its folder: outcome.json, from which page and results.json are made. */
export interface OutcomeRecord extends Pick<Outcome, "title" | "about" | "rows" | "table" | "notes"> {
  name: string;
  profile: string;
  seed: number;
  model: string;
  /** Whose music, in words; of older outcomes the studio band's. */
  data?: string;
  findings: (Finding & { holds: boolean | null })[];
  /** Names of figures: each is there as .json, .html, .svg and, where it could be made, .png. */
  figures: string[];
  sounds: (Peaks & { file: string; label: string; prompt?: number })[];
}

/** What an experiment is about to do: config.json, written before it begins. */
export function writeConfig(
  { model, judge, data, profile, folder, seed }: Lab,
  { name, title }: Experiment,
): void {
  const { name: modelName, fingerprint, layers, heads, headDim, sampleRate, frameRate } = model;
  const config = {
    experiment: name,
    title,
    seed,
    engine: currentEngine().name,
    model: { name: modelName, fingerprint, layers, heads, headDim, sampleRate, frameRate },
    data: describeData(data),
    judge: { name: judge.name, traits: judge.traits, fingerprint: judge.fingerprint ?? null },
    profile,
  };
  writeAtomically(join(folder, name, "config.json"), `${JSON.stringify(config, null, 1)}\n`);
}

/**
 * Write what an experiment found into its folder: table (JSON, Markdown), figures (JSON, page, stills), sound (WAV), and last
 * outcome.json. What an earlier outcome left is taken away.
 */
export async function writeOutcome(lab: Lab, { name }: Experiment, outcome: Outcome): Promise<void> {
  const folder = join(lab.folder, name);
  const at = (file: string) => join(folder, file);
  checkResults(outcome.rows, at("outcome.json"));
  removeOld(folder);
  writeAtomically(at("table.json"), `${JSON.stringify(outcome.table, null, 1)}\n`);
  writeAtomically(at("table.md"), tableText(outcome, lab));
  for (const { name: figure, figure: drawn } of outcome.figures) {
    await saveFigure(at(`${figure}.json`), drawn);
    writeAtomically(at(`${figure}.html`), figureHtml(drawn, { address: "../plotly.min.js" }));
    const svg = await figureSvg(drawn);
    writeAtomically(at(`${figure}.svg`), svg);
    const png = await pngOf(svg);
    if (png) writeAtomically(at(`${figure}.png`), png);
  }
  for (const { name: sound, audio } of outcome.sounds) writeWav(at(`${sound}.wav`), audio);
  for (const [file, data] of Object.entries(outcome.files ?? {})) writeAtomically(at(file), data);
  const { title, about, rows, table, notes } = outcome;
  const record: OutcomeRecord = {
    name,
    title,
    about,
    profile: lab.profile.name,
    seed: lab.seed,
    model: lab.model.name,
    data: describeData(lab.data),
    rows,
    table,
    findings: outcome.findings.map((finding) => ({ ...finding, holds: holds(finding) })),
    notes,
    figures: outcome.figures.map((one) => one.name),
    sounds: outcome.sounds.map(({ name: sound, label, audio, prompt }) => ({
      file: `${sound}.wav`,
      label,
      prompt,
      ...peaksOf(audio),
    })),
  };
  writeAtomically(at("outcome.json"), `${JSON.stringify(record, null, 1)}\n`);
}

/** Outcomes that lie in a folder, of these experiments, in their order. */
export function readOutcomes(folder: string, names: string[]): OutcomeRecord[] {
  return names.flatMap((name) => readOutcome(join(folder, name)) ?? []);
}

/** results.json: the rows of all outcomes. */
export function writeResults(folder: string, outcomes: OutcomeRecord[]): ResultRow[] {
  const path = join(folder, "results.json");
  const rows = checkResults(
    outcomes.flatMap((outcome) => outcome.rows),
    path,
  );
  const lines = rows.map((row) => ` ${JSON.stringify(row)}`);
  writeAtomically(path, `[\n${lines.join(",\n")}\n]\n`);
  return rows;
}

/** The claims of an experiment as a table. */
export function findingsTable(findings: OutcomeRecord["findings"]): Table {
  return {
    columns: ["claim", "difference (95 %)", "n", "holds", "note"],
    rows: findings.map(({ claim, value, low, high, n, isShare, holds: held, note }) => [
      claim,
      isShare ? points(value, low, high) : number(value, low, high),
      n || null,
      held === null ? (value === null ? "not measured" : "undecided") : held ? "yes" : "no",
      note ?? null,
    ]),
  };
}

function readOutcome(folder: string): OutcomeRecord | undefined {
  const path = join(folder, "outcome.json");
  if (!existsSync(path)) return undefined;
  try {
    const record = JSON.parse(readFileSync(path, "utf8")) as OutcomeRecord;
    checkResults(record.rows, path);
    return record;
  } catch (error) {
    throw new Error(`${path}: expected an experiment's outcome, found ${(error as Error).message}`);
  }
}

/** Figures and sounds of an earlier outcome, which may have other names than those to come. */
function removeOld(folder: string): void {
  const old = existsSync(join(folder, "outcome.json")) ? readOutcome(folder) : undefined;
  for (const figure of old?.figures ?? [])
    for (const ending of ["json", "html", "svg", "png"])
      rmSync(join(folder, `${figure}.${ending}`), { force: true });
  for (const { file } of old?.sounds ?? []) rmSync(join(folder, file), { force: true });
  rmSync(join(folder, "outcome.json"), { force: true });
}

function tableText(
  { title, about, table, findings, notes }: Outcome,
  { profile, seed, model, data }: Lab,
): string {
  const claims = findings.map((finding) => ({ ...finding, holds: holds(finding) }));
  return [
    `# ${title}`,
    about,
    `Music of ${describeData(data)}, model ${model.name}, profile ${profile.name}, seed ${seed}. Intervals are 95 %.`,
    ...(table.columns.length > 0 ? [toMarkdown(table)] : []),
    ...(claims.length > 0
      ? ["A claim holds when its whole interval is above zero.", toMarkdown(findingsTable(claims))]
      : []),
    ...notes.map((note) => `- ${note}`),
    "",
  ].join("\n\n");
}
